"""How much a bench measures: the claim's own size, or as little as shows that it still runs."""

import os


def size(full: int, *, tiny: int) -> int:
    """`tiny` when BENCH_TINY is set; what is measured then says nothing.

    The name does not begin with QINGDAN: the product ends at a setting that it does not know.
    """
    return tiny if os.environ.get("BENCH_TINY") else full

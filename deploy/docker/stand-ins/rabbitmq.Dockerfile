# Stands in for the image rabbitmq:3.13.7 where no registry can be reached: the same user, paths and variables, as far as
# docker-compose.yml relies on them. For deploy/docker/verify; a real installation takes the real image.
FROM debian:bookworm-slim
RUN groupadd --system --gid 999 rabbitmq \
    && useradd --system --uid 999 --gid 999 --home-dir /var/lib/rabbitmq rabbitmq
# A package that is being installed must not start its server.
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server \
    && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d /var/lib/rabbitmq/.erlang.cookie /var/lib/rabbitmq/mnesia \
    && install --directory --owner rabbitmq --group rabbitmq --mode 1777 /etc/rabbitmq/conf.d \
        /var/lib/rabbitmq /var/log/rabbitmq \
    && printf '[rabbitmq_prometheus].\n' >/etc/rabbitmq/enabled_plugins
# Debian's starter in /usr/sbin becomes root's helper first; this one runs as whoever calls it.
ENV PATH=/usr/lib/rabbitmq/bin:$PATH HOME=/var/lib/rabbitmq LANG=C.UTF-8
VOLUME /var/lib/rabbitmq
LABEL qingdan.stand-in=yes
CMD ["rabbitmq-server"]

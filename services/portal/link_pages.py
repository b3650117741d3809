"""Which pages are open to whoever came by the link of a letter. Data, for the menu and for the door."""

from __future__ import annotations

# The pages of the own duties and reports. Whoever adds one here lets it be seen and sent without signing in.
PAGES = frozenset(
    {
        *("static", "health", "entry.home", "entry.sign_in", "entry.sign_out", "entry.choose_language"),
        *("entry.help_page", "links.open_link", "links.asked", "links.enter", "links.digits"),
        *("duties.mine", "duties.one", "duties.mark_done", "duties.take_back", "duties.sign_for", "duties.act"),
        *("submissions.one", "submissions.history", "submissions.fill", "submissions.take_back"),
        *("kept.listing", "kept.one", "kept.put_aside"),
        *("inbox.messages", "inbox.one", "inbox.mark_read"),
    }
)

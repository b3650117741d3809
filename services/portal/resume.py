"""Keeping what a person typed when a form could not be carried out: it is shown again with the same command id.

Sending it again is safe, because the service answers a repeated command id with the first one's answer. Passwords and
files are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from services.portal import submission_cells, words
from services.portal.evidence.naming import shown_name
from services.portal.forms.entry import SignInForm
from services.portal.language import LANGUAGE_PAGE
from shared.typed_text import tidy

NOT_KEPT = frozenset({"csrf_token", "page_of", "password", "old", "new", "again", "resume", "told"})
# Who wanted to sign in is nobody's business; the name of an account that is being edited was typed like the rest.
NOT_KEPT_OF_SIGN_IN = frozenset({"sign_in_name"})
TYPED_BY_HAND = frozenset(
    {
        *(
            "note",
            "text",
            "reason",
            "title",
            "body",
            "acceptance_rule",
            "value",
            "due_on",
            "held_on",
            "about",
            "aliases",
            "amount",
            "typed",
            "pasted",
        ),
        *("answer", "remark", "hurry", "contact", "definition", "sentence_zh", "sentence_en", "level_names"),
        *("split", "words", "source", "address"),
        *("addressees", "overall", "behind", "practice", "requirements", "issuer", "copies"),
    }
)
# Forms that hold under such a name what their page wrote itself: by the beginning of the address, and its end.
WRITTEN_BY_PAGES = (
    ("/submissions/", "", "definition"),
    ("/suggestions", "", "about"),
    ("/checklists/", "/questions", "answer"),
)
# Offering practice has a page of its own.
ONLY_FORMS = frozenset(words.DOINGS) - {"practice"} | {
    *("urge", "make", "put-aside", "docx", "withdraw"),
    *("publish", "reword", "decline", "unpublish", "retract", "attach"),
    *("enter", "leave", "end", "choose"),
    *("amend", "take-back", "correct", "give-up", "pass"),
    *(
        "cap",
        "contact",
        "move",
        "delete",
        "rows",
        "export",
        "template",
        "password",
        "unlock",
        "read",
        "confirm",
        "xlsx",
        "jsonl",
        "json",
    ),
    *("prove", "remove", "test", "replay"),
    *("take", "undo", "merge"),
    *("void", "void-links", "ask-digits", "enter", "digits"),
    *("passwords", "slips", "apply", "discard", "switch", "start", "stop", "save"),
}
# It travels in a hidden field of the page to sign in; more than this is no form that a person typed.
LARGEST = 200_000
PAGE_OF = "page-of"
# Forms whose page comes back with what was typed when no file is with them and this field is.
CHOOSES_AGAIN = frozenset({"evidence.add"})
CHOOSE_AGAIN = "choose_again"
# Of several files the names of those that were not taken, where the view knows.
NOT_RECEIVED = "files_not_received"
ONE_HOUR = 3600
ONE_DAY = 24 * ONE_HOUR


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool = False
    # What the files were called that are not received.
    files: tuple[str, ...] = ()

    @property
    def chooses_again(self) -> str:
        """Where the page comes back with what was typed, for files to be chosen anew; "" where only the page does."""
        chooses = request.endpoint in CHOOSES_AGAIN and request.method == "POST"
        return self.path if chooses and (self.had_files or request.form.get(CHOOSE_AGAIN)) else ""

    @property
    def page(self) -> str:
        """The page on which the form stood: addresses that only take forms lie one step below it."""
        path = self.path.partition("?")[0]
        above, _slash, last = path.rpartition("/")
        return above if above and last in ONLY_FORMS else path

    @property
    def typed(self) -> list[str]:
        """The texts that a person would miss, to show that they are still there."""
        by_hand = TYPED_BY_HAND - _written_by_page(self.path.partition("?")[0])
        texts = [value for name, value in self.fields if name in by_hand and tidy(value)]
        figures = [tidy(value) for name, value in self.fields if submission_cells.is_figure(name) and tidy(value)]
        said = _("按表中的顺序，填的数：%(figures)s", figures="、".join(figures)) if figures else ""
        return [*texts, *([said] if said else [])]


def _written_by_page(path: str) -> set[str]:
    return {name for first, last, name in WRITTEN_BY_PAGES if path.startswith(first) and path.endswith(last)}


def keep_form() -> Kept:
    """What this request wanted to send."""
    left_out = NOT_KEPT | (NOT_KEPT_OF_SIGN_IN if request.endpoint == "entry.sign_in" else frozenset())
    if request.endpoint == LANGUAGE_PAGE:
        # What it takes along is all that it is about.
        left_out -= {"resume"}
    fields = [(name, value) for name, values in request.form.lists() if name not in left_out for value in values]
    names = [file.filename for files in request.files.listvalues() for file in files if file.filename]
    left = [shown_name(name) for name in g.get(NOT_RECEIVED, names)]
    return Kept(request.full_path.rstrip("?"), fields, bool(names), tuple(left))


def install(app: Flask) -> None:
    """Let every form say whose page it stands on, and every page that answers one be read in another language."""
    app.jinja_env.globals.update(page_of=page_of, carried=carried, typed_texts=lambda: keep_form().typed)


def page_of() -> str:
    """Whose page this is, signed, to stand in each of its forms.

    The token against forged forms goes with the session; this says, when the session has ended in whichever way, that
    the form came from a page of ours and whose it was. A stranger cannot make one for another person.
    """
    person_id = g.get("person_id")
    # A page has many forms, and a signature takes longer than the rest of one.
    tokens: dict[int | None, str] = g.setdefault("pages_of", {})
    if person_id not in tokens:
        tokens[person_id] = str(_signer(PAGE_OF).dumps(person_id))
    return tokens[person_id]


def author() -> int | None:
    """Whose page sent this form; None when it does not say, or says so with no signature of ours."""
    try:
        found = _signer(PAGE_OF).loads(request.form.get("page_of", ""), max_age=ONE_DAY)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def sign_in_and_resend(sentence: str, *, goes_on: bool = True) -> Response:
    """Ask to sign in again, saying why; what was typed is shown, and signing in as the same person leads back to it.

    Where it does not go on, whoever signs in next with that account is somebody else, and is offered nothing.
    """
    kept, person_id = keep_form(), author()
    token = _token(kept, person_id) if goes_on and person_id is not None and not kept.had_files else ""
    html = render_template(
        "sign_in.html", resume=token, ended=sentence, typed=kept.typed, problem=None, form=SignInForm(formdata=None)
    )
    return Response(html, status=401, mimetype="text/html")


def carried(kept: Kept | None, token: str | None) -> str | None:
    """What another language takes along from a page that answers a form, as `kept_for` reads it.

    None when it cannot take all of it along. `kept` and `token` are what the page itself holds of another form.
    """
    if token is not None:
        return token
    try:
        if request.endpoint == "entry.sign_in" and kept is None:
            return request.form.get("resume", "")
        person_id: int | None = author() if kept is None else g.person_id
        return None if person_id is None else _token(kept or keep_form(), person_id) or None
    except HTTPException:
        # What was too large could not be read.
        return None


def kept_for(person_id: int, token: str) -> Kept | None:
    """The form kept in `token`, if it is whole, younger than an hour and that person's own."""
    try:
        value: Any = _signer().loads(token, max_age=ONE_HOUR)
    except BadSignature:
        return None
    if value["person_id"] != person_id:
        return None
    fields = [(name, text) for name, text in value["fields"]]
    return Kept(value["path"], fields, had_files=value.get("had_files", False))


def resend_page(
    kept: Kept,
    *,
    heading: str,
    text: str,
    status: int = 200,
    is_anew: bool = False,
    first: tuple[str, str] | None = None,
) -> Response:
    """Show what was typed with a button that sends it; `is_anew` says that this will be a command of its own.

    `first` is what has to be done before: a word and an address, opened in a window of its own.
    """
    html = render_template(
        "resend.html", kept=kept, heading=heading, text=text, number=g.correlation_id, is_anew=is_anew, first=first
    )
    return Response(html, status=status, mimetype="text/html")


def _token(kept: Kept, person_id: int) -> str:
    """The form to travel in a hidden field; empty when it is too large for that."""
    if sum(len(value) for _, value in kept.fields) >= LARGEST:
        return ""
    content = {"path": kept.path, "fields": kept.fields, "person_id": person_id, "had_files": kept.had_files}
    return str(_signer().dumps(content))


def _signer(salt: str = "kept-form") -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=salt)

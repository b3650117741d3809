"""Errors of the services as pages: each says what is wrong, keeps what was typed and offers the way on."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flask import Flask, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from services.portal import admitting, filters, resume, security, sessions
from services.portal.clients import unproven
from services.portal.compare import Difference, differences, renewed
from services.portal.duty_actions import OPERATIONS
from services.portal.keeping import receiving
from services.portal.keeping.store import Shown
from services.portal.language import LANGUAGES, speaking
from shared.errors import (
    BrokerAway,
    Conflict,
    DatabaseAway,
    Forbidden,
    InternalError,
    Invalid,
    NewPasswordNeeded,
    NoAnswer,
    NotFound,
    QingdanError,
    SignInRefused,
    TryAgain,
    Unproven,
)

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Let every error that reaches Flask end in a page of ours."""
    app.register_error_handler(TryAgain, _try_again)
    app.register_error_handler(InternalError, _defect_behind)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(NewPasswordNeeded, _new_password_needed)
    app.register_error_handler(QingdanError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _defect)


def problem_page(status: int, heading: str, sentences: list[str], **more: Any) -> Response:
    """A page that says what went wrong, with the number of the request.

    Whoever is found not to be who the page was begun for has it opened again instead.
    """
    if (again := _opened_again()) is not None:
        return again
    html = render_template(
        "problem.html", status=status, heading=heading, sentences=sentences, number=g.get("correlation_id", ""), **more
    )
    return Response(html, status=status, mimetype="text/html")


def _opened_again() -> Response | None:
    # The menu would demand the proof in the middle of the page, where nothing else can be answered any more.
    proof = unproven() if g.get("person") is not None else None
    try:
        if proof is not None:
            proof.demand()
    except HTTPException as changed:
        return changed.get_response()
    except QingdanError:
        sessions.doubt()
    return None


def sentences_of(error: QingdanError) -> list[str]:
    """One sentence per field, else the error's own."""
    return list(sentences_by_field(error).values())


def sentences_by_field(error: QingdanError) -> dict[str, str]:
    """The same by field; the error's own is of none."""
    fields = error.details.get("fields") or {}
    return {name: filters.say(text) for name, text in fields.items()} or {"": filters.say(error.text.as_dict())}


@dataclass(frozen=True, slots=True)
class Refused:
    """A form of the page that is shown again: the id of its field, and why it was not carried out."""

    field: str
    sentence: str


def stay(field: str, error: QingdanError, *, page: str) -> None:
    """Let the page that is rendered next say at `field` why its form was refused, and hold what was typed there.

    `page` is its endpoint, under whose entry of the menu it stands.
    """
    g.page = page
    g.refused = Refused(field, " ".join(sentences_of(error)))


def _try_again(error: TryAgain) -> Response:
    """Keep what a clerk sent, to be carried out later; else show it with a button that sends it again."""
    sessions.doubt()
    try:
        row = receiving.keep(error)
    except Conflict as conflict:
        return _conflict(conflict)
    except QingdanError as wrong:
        return _refused(wrong)
    if row is not None:
        return _received(row)
    is_slow = isinstance(error, NoAnswer) or bool(error.details.get("is_slow"))
    # The services' sentences are for whoever filled in a form.
    is_reading = request.method == "GET" and isinstance(error, BrokerAway | DatabaseAway | Unproven)
    text = _("系统内部暂时连不上，请稍后再打开这一页。") if is_reading else filters.say(error.text.as_dict())
    heading = _("用时较长") if is_slow else _("暂时连不上")
    if request.endpoint == "kept.listing" and receiving.lines():
        # It is what the page shows all the same.
        heading = _("待确认的操作")
    return resume.resend_page(resume.keep_form(), heading=heading, text=text, status=error.status)


def _received(row: Shown) -> Response:
    """What was kept, and what comes next."""
    line = receiving.line_of(row, person_id=row.person_id)
    html = render_template("kept_received.html", line=line, number=row.correlation_id)
    return Response(html, status=202, mimetype="text/html")


def _defect_behind(error: InternalError) -> Response:
    """A service's defect: it saved nothing, so the same form may be sent again later."""
    sessions.doubt()
    text = filters.say(error.text.as_dict())
    return resume.resend_page(resume.keep_form(), heading=_("系统出错"), text=text, status=error.status)


def _conflict(error: Conflict) -> Response:
    """Show both versions and ask. A conflict that has no other version is only explained."""
    kept = resume.keep_form()
    current = error.details.get("current")
    if error.details.get("is_reused"):
        return _ask_whether_anew(kept, filters.say(error.text.as_dict()))
    if not isinstance(current, dict):
        return problem_page(error.status, _("没有重复执行"), sentences_of(error), typed=kept.typed)
    return conflict_page(kept, [current], differences(current, kept), filters.say(error.text.as_dict()))


def _ask_whether_anew(kept: resume.Kept, sentence: str) -> Response:
    """A form that a browser kept was changed and sent once more: nothing typed is lost, and sending it is a choice."""
    fields = [(name, str(uuid4()) if name == "command_id" else value) for name, value in kept.fields]
    heading = _("这个页面提交过一次")
    return resume.resend_page(
        replace(kept, fields=fields), heading=heading, text=sentence, status=Conflict.status, is_anew=True
    )


def conflict_page(kept: resume.Kept, current: list[dict[str, Any]], lines: list[Difference], sentence: str) -> Response:
    """A page with both versions, and a form that sends the person's own on the present one."""
    html = render_template(
        "conflict.html",
        kept=kept,
        lines=lines,
        sentence=sentence,
        fields=renewed(kept, current),
        is_possible=_is_possible(kept, current),
        noting=_noting(current) if kept.typed else None,
        subject=current[0].get("item") if len(current) == 1 else None,
    )
    return Response(html, status=Conflict.status, mimetype="text/html")


def _is_possible(kept: resume.Kept, current: list[dict[str, Any]]) -> bool:
    """Whether sending it once more can succeed: of a duty, whether its present state still lets that be done."""
    operation = OPERATIONS.get(kept.path.partition("?")[0].rpartition("/")[2])
    return operation is None or any("actions" not in one or operation in one["actions"] for one in current)


def _noting(current: list[dict[str, Any]]) -> int | None:
    """The duty to whose history the words can be added all the same, if there is one."""
    noting = [one["duty_id"] for one in current if "note_progress" in one.get("actions", ())]
    return noting[0] if len(noting) == 1 else None


def _new_password_needed(_error: NewPasswordNeeded) -> Response:
    """The password was reset after this request's person had been looked up."""
    return sessions.lead_to_new_password()


def _refused(error: QingdanError) -> Response:
    log.info("request refused", extra={"code": error.code, "correlation_id": g.correlation_id})
    headings: dict[type[QingdanError], str] = {
        Invalid: _("填写有误"),
        NotFound: _("没有找到"),
        Forbidden: _("没有权限"),
        SignInRefused: _("无法登录"),
    }
    typed = _typed()
    issued_as = error.details.get("issued_as")
    if isinstance(issued_as, int):
        way = (_("看清单"), url_for("checklists.draft", checklist_id=issued_as))
        return problem_page(error.status, _("已下发"), sentences_of(error), typed=typed, way=way)
    return problem_page(error.status, headings.get(type(error), _("没有成功")), sentences_of(error), typed=typed)


def _forged(error: CSRFError) -> Response:
    log.warning("form without a valid token", extra={"path": _path(), "reason": str(error.description)})
    author = resume.author()
    if author is None:
        sentence = _("这个页面是在上一次登录时打开的，没有保存。请返回上一页，刷新后再提交。")
        return problem_page(400, _("页面已过期"), [sentence], typed=resume.keep_form().typed)
    sessions.recognise()
    if g.person_id is None:
        return sessions.ask_to_sign_in()
    if g.person_id == author:
        sentence = _("打开这个页面之后，您重新登录过。下面是您填写的内容，还没有提交。")
        return resume.resend_page(resume.keep_form(), heading=_("继续提交"), text=sentence, status=400)
    sentence = _("这个页面是另一个账号打开的，没有保存。请用原来的账号登录后再提交；下面是填写的内容，可以复制。")
    return problem_page(400, _("页面属于另一个账号"), [sentence], typed=resume.keep_form().typed)


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _too_long_page() if security.is_text_too_long() else too_large_page()
    status = error.code or 500
    if status in {404, 405}:
        return problem_page(404, _("没有这个页面"), [_("地址可能写错了，或者页面已经删除。")])
    if status < 400 and error.response is not None:
        return Response(error.response.data, status, error.response.headers)  # type: ignore[attr-defined]
    return problem_page(status, _("请求无法处理"), [_("请返回上一页，刷新后再试。")])


def page_of_the_server(status: int) -> Response:
    """The page for what the server refuses before the application sees it, with the headers of every page.

    It has a number of its own, as every request has, which `refusals.py` logs.
    """
    g.correlation_id = uuid4().hex
    if status == RequestEntityTooLarge.code:
        return security.dressed(too_large_page())
    pages = {
        408: (_("没有传完"), _("请求没有在规定的时间内传完，可能是网络太慢或断了。请返回上一页再试；还没有保存。")),
        431: (_("地址或 Cookie 太长"), _("请关闭浏览器再打开本站；仍不行时，请清除本站的 Cookie。")),
        501: (_("请求无法处理"), _("浏览器或中间的代理用了这里不支持的传送方式。请换一个浏览器再试。")),
    }
    heading, sentence = pages.get(status, (_("请求无法处理"), _("请返回上一页，刷新后再试。")))
    return security.dressed(problem_page(status, heading, [sentence]))


def prepare(app: Flask) -> None:
    """Have the catalogues and the page of an error at hand, so that they can be shown when no file can be opened."""
    for code in LANGUAGES:
        with app.test_request_context("/"), speaking(code):
            problem_page(503, _("暂时连不上"), [])


def too_large_page() -> Response:
    """What a request beyond the limit gets, whoever notices it."""
    n = security.largest_megabytes()
    if request.endpoint == security.OF_PASTES:
        sentence = _(
            "一次最多上传 %(n)d MB，文件和粘贴的正文都算。请缩小文件或分成几个再上传；正文只要方案本身，不要附件。", n=n
        )
        return problem_page(RequestEntityTooLarge.code or 413, _("内容太大"), [sentence])
    sentence = _("一次最多上传 %(n)d MB。请缩小文件或分成几个再上传。", n=n)
    return problem_page(RequestEntityTooLarge.code or 413, _("文件太大"), [sentence])


def _too_long_page() -> Response:
    """What a form gets in which more is filled in than a form may hold."""
    if request.endpoint == security.OF_PASTES:
        sentence = _("粘贴的正文太长，没有读取。请只粘贴方案正文，或分成几份导入。")
    else:
        sentence = _("填写的内容太长，没有保存。请返回上一页缩短后再提交，或分几次提交。")
    return problem_page(RequestEntityTooLarge.code or 413, _("填写的内容太长"), [sentence])


def _defect(error: Exception) -> Response:
    sessions.doubt()
    if isinstance(error, OSError) and error.errno in admitting.NO_HANDLE_LEFT:
        admitting.note_full()
        sentence = _("现在同时使用的人太多。请过半分钟再试；没有保存的内容还在上一页。")
        return problem_page(503, _("系统太忙"), [sentence], typed=_typed())
    log.error("page failed", exc_info=error, extra={"path": _path(), "correlation_id": g.get("correlation_id")})
    return problem_page(500, _("系统出错"), [_("这次没有成功。请稍后再试；仍不行时把下面的编号告诉管理员。")])


def _typed() -> list[str]:
    return resume.keep_form().typed if request.method == "POST" else []


def _path() -> str:
    """Where the request went, for the log; an address that is a secret is left out."""
    return "" if request.endpoint in security.OF_TOKEN else request.path

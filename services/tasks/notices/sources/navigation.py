"""What a web page has around a notice (menus, 字号, 打印本页, the footer), in a text that was copied from one. Pure.

Only what is these words and nothing else is marked, or stands in the footer that 版权所有, the record of the site or
its code give away; a notice may have 主办单位 and 来源 itself, and a measure may be about 网站标识码.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.tasks.notices.blocks import Reason
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.sources.pieces import Line, Piece
from services.tasks.notices.sources.signs import edges

_LONGEST = 160
# Each is taken out of a line; a line of which nothing but strokes and brackets is left was made of them.
_ACTS = re.compile(
    r"(?:字体|字号)(?:大小)?[：: ]*(?:[\[【(（]?(?:超大|特大|大|中|小|默认)[\]】)） 、|]?)*"
    r"|分享(?:到|至)?[：: ].*|打印(?:本页|页面|此页|正文)?|关闭(?:窗口|本页|页面|此页)?|分享(?:到|至)?|收藏(?:本页)?"
    r"|返回(?:顶部|首页|列表|上一页)|我要纠错|无障碍(?:阅读|浏览)?|长者(?:模式|版)|适老化|语音播报|扫一扫(?:在手机打开当前页面?)?"
    r"|新浪微博|微信|微博|QQ空间|繁体|简体|English|登录|注册|搜索|网站支持IPv6"
)
_STROKES = re.compile(r"[\s|｜/·、\[\]【】()（）:：>]*")
_ABOUT = (
    r"(?:来源|信息来源|文章来源|稿源|发布(?:时间|日期|机构|单位|者)|更新(?:时间|日期)|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|次数|率)?|访问(?:次数|量)"
    r"|作者|责任编辑|编辑|信息类别|索引号|主题分类)[：:]"
)
_PATH = re.compile(
    r"(?:您?(?:当前|现在|所在)(?:的)?(?:位置|栏目)|当前位置|您的位置|所在位置)(?:是)?[：:].*|首页\s*(?:>|»|›|→|＞|/|-|—)+.*"
)
_BEGINS_ABOUT = re.compile(_ABOUT)
_SHORT = 40
_TURNING = re.compile(
    r"(?:上一篇|下一篇|上一条|下一条|相关(?:链接|阅读|文章|信息))[：:].*|相关(?:链接|阅读|文章|信息|稿件)"
)
_FOOT = re.compile(
    r"版权所有(?=[：:|｜ ]|$)|ICP备\s*[\d*xX]{3}|网站标识码[：: ]*\w{6}|公网安备\s*[\d*xX]{3}"
    r"|Copyright\s*(?:©|\(c\)|\d{4})|©",
    re.IGNORECASE,
)
_NEAR_FOOT = re.compile(
    r"(?:主办|承办|协办|技术支持|网站维护|维护单位|地址|邮编|电话|联系电话|邮箱|传真|联系我们|网站地图|关于我们|站点地图|网站声明|隐私声明|建议使用|政府网站|您是第)"
    r".{0,80}|[|｜\s]+"
)
_ALONE = frozenset(("首页", "网站首页", "本站首页", "网站地图", "联系我们"))
_MENU = _ALONE | frozenset(
    [
        "政务公开",
        "信息公开",
        "政府信息公开",
        "新闻中心",
        "新闻动态",
        "工作动态",
        "通知公告",
        "互动交流",
        "政民互动",
        "办事服务",
        "政务服务",
        "网上办事",
        "数据开放",
        "专题专栏",
        "机构设置",
        "机构职能",
        "政策文件",
        "政策解读",
        "领导之窗",
        "要闻动态",
        "解读回应",
        "公众参与",
        "服务大厅",
        "个人中心",
    ]
)
# So many words of a menu, in one line or one below the other, are a menu.
_LEAST_WORDS = 3
# So near the end 编辑：… is said of the page.
_LAST_ABOUT = 4
_WRITTEN = re.compile(r"[^：:]{0,8}(?:责任|牵头|配合|完成|时限|措施|目标|任务)[^：:]{0,6}[：:]")
# Lines of a footer, each link and each address on one of its own.
_LONGEST_FOOT = 30


def without_navigation(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces, lines of a web page's frame marked as skipped. A text without any of them stays as it is."""
    texts = [_seen(piece) for piece in pieces]
    framed = [bool(text) and is_frame(text) for text in texts]
    for place in _about_measures(texts):
        framed[place] = False
    for place in _menus_of(texts):
        framed[place] = True
    for place in _foot_of(texts):
        framed[place] = True
    return [_marked(piece) if yes else piece for piece, yes in zip(pieces, framed, strict=True)]


def _marked(piece: Piece) -> Piece:
    return replace(piece, skipped=Reason.NAVIGATION) if isinstance(piece, Line) and piece.skipped is None else piece


def is_frame(text: str) -> bool:
    """Whether a line is nothing but a web page's frame."""
    if len(text) > _LONGEST:
        return False
    return _PATH.fullmatch(text) is not None or _TURNING.fullmatch(text) is not None or _is_acts(text) or is_about(text)


def _is_acts(text: str) -> bool:
    rest = _ACTS.sub("", text)
    words = text.split()
    is_menu = all(word in _MENU for word in words) and (len(words) >= _LEAST_WORDS or words[0] in _ALONE)
    return is_menu or (rest != text and _STROKES.fullmatch(rest) is not None)


def is_about(text: str) -> bool:
    """来源：县人社局 发布时间：2025-03-01 浏览次数：12, and the first of it alone."""
    if not _BEGINS_ABOUT.match(text) or "。" in text:
        return False
    return len(text) <= _SHORT or len(_BEGINS_ABOUT.findall(text)) > 1


def _about_measures(texts: Sequence[str]) -> list[int]:
    """The lines such as 来源：县财政 between the first number and the last lines: there they speak of the work."""
    numbered = [place for place, text in enumerate(texts) if read_marker(text)[0]]
    seen = [place for place, text in enumerate(texts) if text]
    last = seen[-_LAST_ABOUT:]
    return [
        place
        for place in (range(numbered[0], len(texts)) if numbered else ())
        if is_about(texts[place]) and len(_BEGINS_ABOUT.findall(texts[place])) < 2 and place not in last
    ]


def _menus_of(texts: Sequence[str]) -> list[int]:
    """The lines of menus whose words stand one below the other."""
    menus: list[int] = []
    run: list[int] = []
    for place, text in enumerate([*texts, "。"]):
        if text in _MENU:
            run.append(place)
        elif text:
            menus += run if len(run) >= _LEAST_WORDS else []
            run = []
    return menus


def is_foot(text: str) -> bool:
    """Whether a line gives away the footer of a web site."""
    return len(text) <= 2 * _LONGEST and _FOOT.search(text) is not None and not _is_written(text)


def _is_written(text: str) -> bool:
    """Whether somebody wrote it: a number, a sentence, who is responsible."""
    return read_marker(text)[0] is not None or text.endswith(("。", "；")) or _WRITTEN.match(text) is not None


def _foot_of(texts: Sequence[str]) -> list[int]:
    """The lines of the footer: from the first that gives it away in the last lines, with its neighbours above, on."""
    last = [place for place, text in enumerate(texts) if text][-_LONGEST_FOOT:]
    foot = next((at for at, place in enumerate(last) if is_foot(texts[place])), len(last))
    if any(_is_written(texts[place]) and not _NEAR_FOOT.fullmatch(texts[place]) for place in last[foot:]):
        return [place for place in last[foot:] if is_foot(texts[place])]
    while 0 < foot < len(last) and _NEAR_FOOT.fullmatch(texts[last[foot - 1]]):
        foot -= 1
    return last[foot:]


def _seen(piece: Piece) -> str:
    if not isinstance(piece, Line):
        return "。"
    start, end = edges(piece.text)
    return piece.text[start:end].replace("\u00a0", " ").replace("\u3000", " ")

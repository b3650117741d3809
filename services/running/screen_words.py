"""What the operator reads on the screen of `run` and `cluster` for each warning: what is wrong, and what to do.

By the constant message of a log line, whose fields fill the places in braces. Files of logs keep the message itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.text import Text

_GOES_ON = Text("系统会自己重试，不用处理；一直出现时", "It is tried again by itself; if this goes on,")
_LOOK = Text("请看 logs 文件夹", "look into the folder logs")


def _passing(zh: str, en: str) -> Text:
    """Something that ends without anybody, and what to look at where it does not."""
    return Text(f"{zh}。{_GOES_ON.zh}{_LOOK.zh}。", f"{en}. {_GOES_ON.en} {_LOOK.en}.")


def _page(zh: str, en: str) -> Text:
    """A part of a page that was left out because a service did not answer."""
    return Text(
        f"{zh}：有的服务没有答复，这一部分没有显示。刷新页面即可；一直出现时{_LOOK.zh}。",
        f"{en}: a service did not answer, and this part was left out. Reload the page; if this goes on, {_LOOK.en}.",
    )


def _defect(zh: str, en: str) -> Text:
    """Something that should not happen, of which nothing was saved."""
    return Text(
        f"{zh}，是程序的缺陷或环境的问题，没有保存任何内容。请把这一行和后面的说明交给维护人员。",
        f"{en}: a defect, or something wrong around it; nothing was saved. Pass this line and what follows it on to"
        " whoever maintains the system.",
    )


_AUDIT_LACKS = Text(
    "审计日志暂时连不上，有一次“试得太频繁”没有记入。登录照常；一直出现时请检查 tasks 服务和数据库。",
    "The audit log could not be reached, so one “tried too often” is not in it. Signing in goes on; if this repeats,"
    " check"
    " the tasks service and its database.",
)
_PARKED = Text(
    "{service} 有 {messages} 条消息处理不了，已单独放下，其他消息照常。请用 qingdan dead-letters list 查看，修好后"
    " replay。",
    "{messages} messages of {service} could not be handled and were put aside; all others go on. See them with qingdan"
    " dead-letters list, and replay them once the cause is gone.",
)

WORDS: Mapping[str, Text] = {
    # The processes and servers of this machine.
    "process ended": Text(
        "进程 {child} 退出了（代码 {code}），{pause} 秒后自动重新启动。反复出现时，原因见 logs/{child}.log 的末尾。",
        "The process {child} has ended (code {code}) and is started again in {pause} s. If this repeats, the end of"
        " logs/{child}.log says why.",
    ),
    "process could not be started": Text(
        "进程 {child} 启动不了，会再试。请检查内存、磁盘和可打开的文件数（ulimit -n）。",
        "The process {child} could not be started; it is tried again. Check memory, disk space and the number of open"
        " files (ulimit -n).",
    ),
    "process did not stop and was killed": Text(
        "进程 {child} 没有按时停下，已强制结束。没办完的事会在下次启动后继续，不用处理。",
        "The process {child} did not stop in time and was killed. What it had not finished goes on after the next"
        " start;"
        " there is nothing to do.",
    ),
    "PostgreSQL had ended and was started again": Text(
        "数据库意外退出，已自动重新启动，数据没有丢失。反复出现时，请检查内存和磁盘，再看数据目录里 postgres/log。",
        "PostgreSQL had ended and was started again; no data is lost. If this repeats, check memory and disk space,"
        " then"
        " the file postgres/log in the data folder.",
    ),
    "roll ended": Text(
        "逐个替换在 {at} 处停止，其余进程照常运行。原因见 logs 文件夹；改好后再运行 make roll。",
        "The replacement stopped at {at}; everything else goes on. The folder logs says why; run make roll again after"
        " that.",
    ),
    "no key is set: that of the data folder is taken, and unsigned calls are believed": Text(
        "没有设置服务间调用的密钥，用数据目录里的，没有签名的调用也会接受。正式安装请按 docs/operations.md 设置密钥。",
        "No key for calls between services is set: that of the data folder is taken, and unsigned calls are accepted."
        " For a real installation set the keys as docs/operations.md says.",
    ),
    "loop waits": _passing(
        "后台任务 {loop} 暂停了一下，因为它要用的服务或数据库暂时连不上：{reason}",
        "The background task {loop} waits, because what it needs cannot be reached: {reason}",
    ),
    "loop step failed": Text(
        "后台任务 {loop} 有一步没有完成，会再试。反复出现时，请把后面的说明交给维护人员。",
        "A step of the background task {loop} failed and is tried again. If this repeats, pass what follows on to"
        " whoever"
        " maintains the system.",
    ),
    "service died": Text(
        "服务意外停止，会自动重新启动。反复出现时，请把后面的说明交给维护人员。",
        "A service died and is started again. If this repeats, pass what follows on to whoever maintains the system.",
    ),
    "tick failed": Text(
        "{service} 的定时任务 {tick} 这一次没有完成，下一次会补上。反复出现时，请把后面的说明交给维护人员。",
        "The timer {tick} of {service} failed this time; the next time makes up for it. If this repeats, pass what"
        " follows"
        " on to whoever maintains the system.",
    ),
    "tidying failed": Text(
        "清理过期数据（{what}）这一次没有完成，会再试。一直出现时，请检查数据库和磁盘。",
        "Tidying old data ({what}) failed this time and is tried again. If this goes on, check the database and the"
        " disk.",
    ),
    "check fails": Text("自检 {check} 没有通过：{zh}", "The check {check} fails: {en}"),
    "check failed": _defect("自检 {check} 本身出错", "The check {check} itself failed"),
    # Database and broker.
    "database is away": Text(
        "数据库连不上，会一直重试，恢复后自动继续。请检查 PostgreSQL 是否在运行、磁盘是否已满。",
        "The database cannot be reached; it is tried again until it is back. Check whether PostgreSQL runs and"
        " whether the"
        " disk is full.",
    ),
    "database gave up a statement": Text(
        "数据库中止了一条语句（等待太久或被取消），这一步会再试。经常出现时，请看是否有长时间的查询或备份。",
        "The database gave up a statement, after a long wait or because it was cancelled; the step is tried again. If"
        " this"
        " happens often, look for long queries or a backup.",
    ),
    "waiting for the database": _passing(
        "{service} 在等数据库恢复，期间消息留在队列里，不会丢", "{service} waits for its database; messages stay queued"
    ),
    "broker is away": Text(
        "消息服务（RabbitMQ）连不上，{retry_in} 秒后重试，恢复后自动继续。请检查 RabbitMQ 是否在运行。",
        "The message broker (RabbitMQ) cannot be reached; it is tried again in {retry_in} s. Check whether RabbitMQ"
        " runs.",
    ),
    "broker connection lost": _passing(
        "{service} 与消息服务（RabbitMQ）断开，正在重新连接，消息不会丢",
        "{service} lost its connection to RabbitMQ and connects again; no message is lost",
    ),
    "the broker is known to be away": Text(
        "消息服务（RabbitMQ）连不上，调用暂时直接答复“连不上”，恢复后自动继续。请检查 RabbitMQ 是否在运行。",
        "The message broker (RabbitMQ) cannot be reached, so calls are answered at once until it is back. Check whether"
        " RabbitMQ runs.",
    ),
    "call not answered in time": Text(
        "调用 {routing_key} 没有按时得到答复，服务可能太忙或正在重启。一直出现时，请看这个服务是否在运行。",
        "A call of {routing_key} was not answered in time: the service may be busy or starting again. If this goes on,"
        " check whether it runs.",
    ),
    "call not answered": Text(
        "调用 {routing_key} 没有得到答复，连接中断。一直出现时，请检查 RabbitMQ 和这个服务。",
        "A call of {routing_key} was not answered, because the connection broke. If this goes on, check RabbitMQ and"
        " the"
        " service.",
    ),
    "answer not sent": _passing(
        "有一个答复没有送出，连接中断；对方会再问", "An answer could not be sent, because the connection broke"
    ),
    "consumer died": Text(
        "{service} 的消息接收停止了，会自动重新启动，消息不会丢。反复出现时，请把后面的说明交给维护人员。",
        "The consumer of {service} died and is started again; no message is lost. If this repeats, pass what follows"
        " on to"
        " whoever maintains the system.",
    ),
    # Events between the services.
    "messages parked": _PARKED,
    "message is dead": Text(
        "{service} 有一条消息读不懂（{reason}），已单独放下，其他消息照常。请用 qingdan dead-letters list 查看。",
        "{service} cannot read a message ({reason}); it was put aside and all others go on. See it with qingdan"
        " dead-letters list.",
    ),
    "event could not be handled": Text(
        "{service} 第 {attempts} 次没有办成一个事件（{event_type}），会再试；一直不成就单独放下，可用 qingdan"
        " dead-letters 处理。",
        "{service} could not handle an event ({event_type}), attempt {attempts}; it is tried again and put aside in"
        " the end,"
        " where qingdan dead-letters deals with it.",
    ),
    "events wait for the transaction of a session": Text(
        "有一个数据库会话的事务长时间没有结束，后面的事件都在等它。请在数据库里找到并结束这个会话。",
        "A session of the database keeps a transaction open, and all later events wait for it. Find and end that"
        " session.",
    ),
    "events did not come; asking for them": _passing(
        "有的事件没有收到，正在请发出的服务补发",
        "Some events did not come; whoever sent them is asked to send them again",
    ),
    "no queue takes an event that a service listens to; declaring the topology again": _passing(
        "{service} 发出的事件没有队列接收，正在重新建立队列",
        "No queue takes events of {service}; the queues are made again",
    ),
    "a question that cannot be read": Text(
        "{service} 收到一条读不懂的补发请求，已放过。升级期间可能出现；平时出现请把这一行交给维护人员。",
        "{service} got a request for events that it cannot read, and passed it over. It may happen during an upgrade;"
        " at"
        " other times pass this line on to whoever maintains the system.",
    ),
    "duties differ from the ledger": Text(
        "{service} 的责任与台账有 {cells} 格不一致。请按 docs/operations.md 的 QingdanLedgerDiffers 一节补齐。",
        "The duties of {service} differ from the ledger in {cells} cells. The section QingdanLedgerDiffers of"
        " docs/operations.md says how to put it right.",
    ),
    # Who calls.
    "call is not proven and was refused": Text(
        "有一次服务间调用没有有效的签名，已拒绝。升级或更换密钥时可能出现；平时出现，"
        "请检查各进程的密钥是否相同、是否有人冒充。",
        "A call between services had no valid signature and was refused. It may happen during an upgrade or a change of"
        " keys; at other times check whether all processes have the same keys, and who else can reach RabbitMQ.",
    ),
    "call refused": Text(
        "有一次调用被拒绝，没有执行；审计日志里有记录。偶尔出现不用处理，很多时请在审计日志里看是谁。",
        "A call was refused and not carried out; the audit log has it. Now and then this is nothing; if there are many,"
        " see in the audit log who it is.",
    ),
    "message is no call": Text(
        "{service} 的队列里有一条不是调用的消息，已放过。请看是否有别的程序在用这个 RabbitMQ。",
        "A message in the queue of {service} is no call and was passed over. Check whether another program uses this"
        " RabbitMQ.",
    ),
    "operation failed": _defect("操作 {operation} 出错", "The operation {operation} failed"),
    "refusal could not be recorded": Text(
        "操作 {operation} 被拒绝，但没有记入审计日志。请检查数据库。",
        "The operation {operation} was refused, but the refusal is not in the audit log. Check the database.",
    ),
    # Pages.
    "page failed": _defect("页面 {path} 出错", "The page {path} failed"),
    "form without a valid token": Text(
        "页面 {path} 收到一个过期或不是本站的表单，没有保存。用户刷新后再提交即可；很多时请看是否有人在试探。",
        "The page {path} got a form that is out of date or not from this site; nothing was saved. Reloading the page"
        " helps;"
        " if there are many, somebody may be probing.",
    ),
    "a part of the board is not to be had": _page("看板有一部分读不到", "A part of the board could not be read"),
    "a part of the page is not to be had": _page("页面有一部分读不到", "A part of the page could not be read"),
    "a number of the header is not to be had": _page(
        "页首的一个数字读不到", "A number of the header could not be read"
    ),
    "the number of good practices is not to be had": _page(
        "典型经验的条数读不到", "The number of good practices could not be read"
    ),
    "the calendar is not to be had": _page("工作日历读不到", "The calendar could not be read"),
    "a sign-out is not on record": Text(
        "有人退出登录，但没有记入审计日志：tasks 服务没有答复。退出本身有效；一直出现时请检查 tasks 服务。",
        "A sign-out is not in the audit log, because the tasks service did not answer. The sign-out itself holds; if"
        " this"
        " repeats, check the tasks service.",
    ),
    "a browser is not known by the new password": Text(
        "有人改了密码，但他的浏览器没有记下来，下次登录可能要等。不用处理。",
        "Somebody changed a password, and the browser is not known by it yet: the next sign-in may have to wait."
        " There is"
        " nothing to do.",
    ),
    "the audit log does not know that somebody is held up": _AUDIT_LACKS,
    "a success is not taken off the counters": Text(
        "有人登录成功，但错误次数没有清零，下次输错时可能要多等。不用处理；一直出现时请检查数据库。",
        "Somebody signed in, but the count of wrong passwords was not reset, so a later mistake may wait longer."
        " There is"
        " nothing to do; if this repeats, check the database.",
    ),
    "a code has no word": Text(
        "代码 {code} 没有对应的文字，页面上显示为“其他”。升级期间可能出现；平时出现请把这一行交给维护人员。",
        "The code {code} has no word, and pages say “Other”. It may happen during an upgrade; at other times pass"
        " this line"
        " on to whoever maintains the system.",
    ),
    "translations could not be compiled": Text(
        "英文翻译没有编译成功，英文页面可能缺字。请检查程序目录能不能写，再运行 make translations。",
        "The English texts could not be compiled, so English pages may lack words. Check whether the program's folder"
        " can be"
        " written, then run make translations.",
    ),
    "no file handle is left": Text(
        "可打开的文件数用完了，暂时不接受新的连接。请提高 ulimit -n，再重新启动。",
        "No file handle is left, and no new connection is taken. Raise ulimit -n and start again.",
    ),
    "connections closed": Text(
        "关闭了一些一直不发请求或占位的连接，给别人让位。偶尔出现不用处理；很多时请看是否有人在攻击。",
        "Connections that sent nothing for long, or stood in the way, were closed. Now and then this is nothing; if"
        " there are"
        " many, somebody may be attacking.",
    ),
    # Files.
    "file took too much to read": Text(
        "有一个上传的文件读起来太费内存或时间，已中止，上传的人看到了说明。不用处理；很多时请看是谁在上传。",
        "An uploaded file took too much memory or time and was given up; whoever sent it was told. There is nothing"
        " to do; if"
        " there are many, see who sends them.",
    ),
    "document was not converted": Text(
        "有一个旧格式的文件没有转换成功。请检查 LibreOffice 是否装好，或请上传的人另存为 .docx。",
        "A document of an old format could not be converted. Check whether LibreOffice is installed, or ask for a"
        " .docx.",
    ),
    "store of files away": Text(
        "存放证明材料的地方连不上，现在不能上传和下载。请检查存储服务和它的设置。",
        "The store of evidence cannot be reached, so nothing can be uploaded or downloaded. Check the store and its"
        " settings.",
    ),
    "file altered in the store": Text(
        "存放的证明材料 {key} 与上传时不同，没有给出。请检查磁盘，从备份放回这个文件。",
        "The stored evidence {key} is not as it was uploaded and was not given out. Check the disk, and put the file"
        " back from"
        " a backup.",
    ),
    "scanner away": Text(
        "病毒扫描连不上，现在不能上传文件。请检查扫描服务是否在运行。",
        "The virus scanner cannot be reached, so no file can be uploaded. Check whether it runs.",
    ),
    "scanner found something": Text(
        "病毒扫描在一个上传的文件里发现了问题，没有保存：{found}。请提醒上传的人检查电脑。",
        "The virus scanner found something in an uploaded file, which was not kept: {found}. Ask whoever sent it to"
        " check the"
        " computer.",
    ),
    "scanner undecided": Text(
        "病毒扫描没有得出结论，文件没有保存：{found}。请检查扫描服务。",
        "The virus scanner came to no verdict, and the file was not kept: {found}. Check the scanner.",
    ),
    # Reminders.
    "account left alone": Text(
        "{account} 一直发不出，{seconds} 秒内不再试，内容不会丢。请检查邮件、短信或群机器人的设置。",
        "Sending by {account} keeps failing and pauses for {seconds} s; nothing is lost. Check the settings of mail,"
        " text"
        " messages or group robots.",
    ),
    "deliveries of unknown robots cancelled": Text(
        "有 {deliveries} 条要发给已不在设置里的群机器人，已取消，“消息”里仍有。还要用的，请把它加回 QINGDAN_CHANNELS"
        " 的文件。",
        "{deliveries} messages for group robots that are no longer in the settings were cancelled; they stay under"
        " Messages."
        " To use such a robot again, add it to the file of QINGDAN_CHANNELS.",
    ),
    "link made void": Text(
        "消息里的一个链接因为手机号后四位多次输错，已作废。请提醒本人打开最新的提醒；不是本人的，请在审计日志里看。",
        "A link of a message was made void, because the last four digits were wrong several times. Its holder should"
        " open the"
        " latest reminder; if it was somebody else, see the audit log.",
    ),
    "reminders wait for events": _passing(
        "到期的提醒在等责任和报表的最新情况，先不发",
        "Reminders that are due wait for the latest news of duties and reports",
    ),
    "delivery tried": _passing(
        "一条提醒（编号 {delivery}）第 {tries} 次没有发出；在“发送记录”里能看到原因",
        "A message (delivery {delivery}) did not go out at try {tries}; the page Deliveries says why",
    ),
    "link opened": Text(
        "有人打开了一个不能用的链接（{outcome}）。偶尔出现不用处理；很多时请看是否有人在试探。",
        "Somebody opened a link that cannot be used ({outcome}). Now and then this is nothing; if there are many,"
        " somebody"
        " may be probing.",
    ),
}

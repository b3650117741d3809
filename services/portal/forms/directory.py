"""Forms of the directory: units, groups, people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from services.portal import words
from services.portal.forms.fields import Form, TicksField, at_most, needed, options


class UnitForm(Form):
    """A unit with its place in the tree, and while it is new with the groups that it shall belong to.

    `proposed_for` is the kind for which the page ticked groups.
    """

    version = HiddenField()
    code = StringField(_l("代码"), [needed(), at_most(40)])
    name = StringField(_l("名称"), [needed(), at_most(60)])
    kind = SelectField(_l("类型"), choices=options(words.UNIT_KINDS.items()))
    parent_id = SelectField(_l("上级单位"), validate_choice=False)
    aliases = TextAreaField(_l("别名，一行一个"), [at_most(2_000)])
    is_active = BooleanField(_l("启用"), default=True)
    group_ids = TicksField(_l("加入单位组"))
    proposed_for = HiddenField()


class GroupForm(Form):
    """A unit group with its members."""

    version = HiddenField()
    name = StringField(_l("名称"), [needed(), at_most(60)])
    aliases = TextAreaField(_l("别名，一行一个"), [at_most(2_000)])
    member_ids = TicksField(_l("成员"))


class PersonForm(Form):
    """An account by post."""

    version = HiddenField()
    sign_in_name = StringField(_l("登录名"), [needed(), at_most(40)])
    display_name = StringField(_l("姓名"), [needed(), at_most(60)])
    post = StringField(_l("岗位"), [needed(), at_most(60)])
    unit_id = SelectField(_l("单位"), validate_choice=False)
    roles = TicksField(_l("角色"), choices=options(words.ROLES.items()))
    is_active = BooleanField(_l("启用"), default=True)

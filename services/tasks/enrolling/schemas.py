"""What opening many accounts takes and answers."""

from __future__ import annotations

from services.tasks.directory.schemas import SIGN_IN_NAME
from services.tasks.enrolling.changes import FIELDS, MOST_SHOWN
from services.tasks.enrolling.lines import MOST_PEOPLE
from services.tasks.vocabulary import file_field, seen_field
from shared.actor import Role
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Word
from shared.calling.shapes import Shape
from shared.text import Text


class FileOfPeople(Params):
    """An uploaded file, by its id."""

    file_id = file_field()


class ImportPeople(FileOfPeople):
    seen = seen_field()


class RenewPasswords(Params):
    sign_in_names = f.several(Word(SIGN_IN_NAME, longest=40), Text("人员", "people"), least=1, most=MOST_PEOPLE)


class NewPerson(Shape):
    """An account that a file would open."""

    sign_in_name = s.text()
    display_name = s.text()
    post = s.text()
    unit = s.text("its name")
    roles = s.several(s.one_of(Role))


class ChangedAccountField(Shape):
    """A field of an account, from what it holds to what a file would make of it."""

    field = s.one_of(FIELDS)
    before = s.several(s.text(), "the unit by its name, roles as codes")
    after = s.several(s.text())


class ChangedPerson(Shape):
    """A known account that a file would change."""

    sign_in_name = s.text()
    display_name = s.text("what it is called now")
    is_active = s.flag("a file switches no account on or off")
    differences = s.several(ChangedAccountField)


class PeoplePreview(Shape):
    """What importing a file of people would do; nothing is stored yet."""

    created = s.whole("number of new accounts")
    changed = s.whole("number of accounts that are known and would be different")
    unchanged = s.whole("number of accounts that it names and leaves as they are")
    new_people = s.several(NewPerson, f"in the file's order, at most {MOST_SHOWN}")
    changed_people = s.several(ChangedPerson, f"in the file's order, at most {MOST_SHOWN}")
    ignored_columns = s.several(s.text(), "headings of the file that are no column of ours")
    fingerprint = s.text("of all these changes; importing with it stores these or none")


class FirstPassword(Shape):
    """A line of the sheet to hand out."""

    unit = s.text()
    post = s.text()
    display_name = s.text()
    sign_in_name = s.text()
    password = s.text()


class FirstPasswords(Shape):
    """Passwords to be handed out and changed at the first sign-in."""

    sign_in_names = s.several(s.text(), "of the accounts that got one")
    passwords = s.several(FirstPassword, "each is told once: null in the answer to a repetition", allow_none=True)


class PeopleImported(FirstPasswords):
    """What a file of people came to; accounts that it does not name stay as they are."""

    created = s.whole("number of new accounts")
    changed = s.whole("number of accounts that were known and are different now")

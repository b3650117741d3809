import pytest

from services.tasks.directory import passwords


@pytest.mark.parametrize("password", ["three blue mountains 7", "中文的密码也可以用7", "Aq7-tree-Lamp", "abcdwxyz!!"])
def test_a_long_mixed_password_will_do(password):
    assert passwords.weakness(password, "wangfang") is None


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("", passwords.TOO_SHORT),
        ("a1b2c3d4e", passwords.TOO_SHORT),
        ("x1" * 65, passwords.TOO_LONG),
        ("1029384756", passwords.ONE_KIND),
        ("abcdwxyzuv", passwords.ONE_KIND),
        ("1212121212a", passwords.REPETITIVE),
        ("WangFang-2026", passwords.TOO_EASY),
        ("Password2026", passwords.TOO_EASY),
        ("iloveyou12", passwords.TOO_EASY),
        ("1qaz2wsx3edc", passwords.TOO_EASY),
        ("P@ssw0rd2026", passwords.TOO_EASY),
        ("letmein1234", passwords.TOO_EASY),
    ],
)
def test_a_weak_password_is_named_so(password, complaint):
    assert passwords.weakness(password, "wangfang") == complaint


def test_random_passwords_are_strong_and_differ():
    made = {passwords.make_random() for _ in range(200)}

    assert len(made) == 200
    assert not set("".join(made)) & set("01oli")


def test_only_the_right_password_fits_its_hash():
    kept = passwords.hash_password("three blue mountains 7")

    assert kept.startswith("$argon2id$")
    assert passwords.is_right(kept, "three blue mountains 7")
    assert not passwords.is_right(kept, "three blue mountains 8")
    assert not passwords.is_right("no hash", "three blue mountains 7")
    assert not passwords.is_right(kept, "x" * 10_000_000)

"""Files as people have them: any of the usual delimiters and encodings, headers in two languages."""

import pytest

from hsl.school.importing.problems import ImportRefusedError
from hsl.school.models import Booking, Event
from tests.school.importing.conftest import Import

HEADER = "user_id,event_type,first_name"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_usual_files_are_recognised(load: Import, delimiter: str, encoding: str, line_end: str) -> None:
    rows = (("user_id", "event_type", "имя"), ("1", "start", "Мария"), ("2", "start", "Жанна Ёлкина"))
    text = line_end.join(delimiter.join(row) for row in rows)
    result = load("events", text.encode(encoding))
    assert result.inserted == 2
    assert set(Event.objects.values_list("first_name", flat=True)) == {"Мария", "Жанна Ёлкина"}


def test_quotes_keep_delimiters_quotes_and_line_ends(load: Import) -> None:
    load("events", HEADER, '1,start,"a ""b"", c', 'd"')
    assert Event.objects.get().first_name == 'a "b", c\nd'


def test_a_line_that_tells_the_separator_and_blank_lines_are_passed_over(load: Import) -> None:
    result = load("events", "sep=;", "user_id;event_type", "", "1;start", ";", "")
    assert (result.lines, result.inserted) == (1, 1)


def test_lines_are_counted_as_an_editor_does(load: Import) -> None:
    result = load("events", HEADER, '1,start,"a', 'b"', "", "x,start,c")
    assert [p.line for p in result.problems] == [5]


def test_headers_are_known_by_other_names_in_both_languages(load: Import) -> None:
    load(
        "bookings",
        "Telegram ID;Поток;Статус;Дата создания;Скидка;Промокод",
        "5;4th_stream;2;31.12.2025;10;ABC",
    )
    booking = Booking.objects.get()
    assert (booking.user_id, booking.course_stream, booking.confirmed) == (5, "4th_stream", 2)
    assert (booking.discount_percent, booking.referral_code) == (10, "ABC")


def test_a_header_can_be_named(load: Import) -> None:
    result = load("events", "who,what,extra", "5,start,x", columns={"user_id": "Who", "event_type": "what"})
    assert Event.objects.get().user_id == 5
    assert result.ignored_headers == ("extra",)


@pytest.mark.parametrize(
    ("lines", "options", "said"),
    [
        ([""], {}, "The file is empty"),
        (["user_id,first_name", "1,A"], {}, "no column event_type"),
        (["user_id,event_type,type", "1,a,b"], {}, ""),
        (["telegram_id,chat_id,event_type", "1,1,a"], {}, "both mean user_id"),
        (["user_id,user_id,event_type", "1,1,a"], {}, "both mean user_id"),
        ([HEADER, "1,a,b"], {"columns": {"user": "user_id"}}, "There is no column “user”"),
        ([HEADER, "1,a,b"], {"columns": {"details": "more"}}, "no header “more”"),
        ([HEADER, "1,a,b"], {"maps": {("confirmed", "0"): "1"}}, "--map names a column"),
        (["user_id,event_type".encode("utf-16")], {}, "UTF-16"),
        ([b"user_id,event_type,first_name", b"1,a,\x81\x83\x85\xa1\xa2\xb0"], {}, "encoding"),
        (['"user_id,event_type', "1,a"], {}, "not readable as CSV"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_a_sentence(
    load: Import, lines: list[str | bytes], options: dict[str, object], said: str
) -> None:
    if not said:
        assert load("events", *lines, **options).ignored_headers == ("type",)
        return
    with pytest.raises(ImportRefusedError, match=said):
        load("events", *lines, **options)
    assert not Event.objects.exists()


def test_a_few_bytes_that_are_no_utf8_are_named_by_line(load: Import) -> None:
    result = load("events", HEADER, "1,start,Мария Иванова", b"2,start,\xcc\xe0\xf0", "3,start,Ольга")
    assert [(p.line, p.column, p.wrong) for p in result.problems] == [
        (3, "first_name", "contains bytes that are not UTF-8")
    ]
    assert "\\udccc" in result.problems[0].value


def test_a_quote_that_is_never_closed_ends_the_import_with_its_line(load: Import) -> None:
    result = load("events", HEADER, "1,start,a", '2,start,"b', *["3,start,c"] * 30000, skip_bad=False)
    assert result.refused
    assert result.problems[0].line == 3
    assert "not readable as CSV" in result.problems[0].wrong


def test_a_file_with_a_header_alone_imports_nothing(load: Import) -> None:
    result = load("events", HEADER)
    assert (result.lines, result.inserted, result.refused) == (0, 0, False)


def test_a_line_that_would_fill_the_memory_is_no_line(load: Import) -> None:
    one_line = "[" + '{"user_id":1},' * 80_000 + "]"
    result = load("events", "user_id,event_type", one_line)

    assert [problem.wrong for problem in result.problems] == [
        "not readable as CSV: longer than a million characters"
    ]
    with pytest.raises(ImportRefusedError, match="longer than a million characters"):
        load("events", one_line)

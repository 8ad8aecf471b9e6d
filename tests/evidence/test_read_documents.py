"""Articles as text: pages, PDF files, encodings, and everything that is no article."""

import pytest

from brownfield.errors import CaseError
from brownfield.evidence.reading.candidates import candidates
from brownfield.evidence.reading.documents import MOST_BYTES, MOST_CHARACTERS, read_document, read_documents

PAGE = """<html><head><title>Works to shut | Paper</title><meta property="article:published_time" content="2025-01-02T03:04"></head>
<body><nav>Menu 12 cars</nav><h1>Works to shut</h1><div class="related">Top 7 plants of 2024</div>
<p>The <b>company</b> will cut 3,900 <a href="x">jobs</a> at two plants.</p><script>var cars = "5 plants";</script>
<ul><li><a href="x">Read 9 plants in pictures</a></li></ul><footer>Call 12 workers</footer></body></html>"""


def pdf(*pages):
    """A PDF file with lines of text, made by hand."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        content = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        kids.append(len(objects) + 1)
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects) + 2} 0 R>>"
        objects += [page, f"<</Length {len(content)}>>\nstream\n{content}\nendstream"]
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>"
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{i} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def write(tmp_path, data, name="article.txt"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def refused(path, **more):
    with pytest.raises(CaseError) as error:
        read_document(path, **more)
    (problem,) = error.value.problems
    assert problem.where.file and problem.found and problem.expected and problem.fix
    return problem


def told(path):
    return [(one.value, one.unit) for one in candidates(read_document(path))]


def test_a_saved_page(tmp_path):
    page = read_document(write(tmp_path, PAGE, "page.html"))
    assert page.title == "Works to shut" and page.published == "2025-01-02"
    assert [(one.value, one.unit) for one in candidates(page)] == [(3900, "heads"), (2, "plants")]
    assert read_document(write(tmp_path, PAGE, "page")).text == page.text, "a page is known by what it is, whatever it is called"


def test_a_pdf_file(tmp_path):
    path = write(
        tmp_path,
        pdf(["Works to shut", "", "The company will cut 3,900 jobs at its works in the north, and it will", "close two plants."]),
        "a.pdf",
    )
    assert told(path) == [(3900, "heads"), (2, "plants")]
    assert refused(write(tmp_path, pdf(["Works"])[:200], "b.pdf")).code == "BF065"
    assert refused(write(tmp_path, pdf([""]), "c.pdf")).code == "BF061"
    assert refused(write(tmp_path, pdf(*[["x"]] * 301), "d.pdf")).code == "BF065"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "BF061"), (b" \n ", "BF061"), (b"<html><body><script>x</script></body></html>", "BF061"), (b"PK\x03\x04rest", "BF063"),
        (b"\x89PNG\r\n", "BF063"), (b"text\x00more", "BF063"), ("Löhne in Köln".encode("latin-1"), "BF064"), (b"\xff\xfea", "BF064"),
        (b"x" * (MOST_CHARACTERS + 1), "BF062"), (b"7 plants\n" * (50_000_000 // 9), "BF062"),
        (b"<html><body>" + b"<div>" * 100_000 + b"7 plants", "BF066"), (b"<html><body>" + b"<p>7 plants" * 500_001, "BF066"),
    ],
    ids=["empty", "blank", "no text", "zip", "picture", "NUL", "latin-1", "half UTF-16", "long", "50 MB", "deep page", "many tags"],
)  # fmt: skip
def test_what_is_no_article(tmp_path, data, code):
    assert refused(write(tmp_path, data)).code == code
    assert MOST_BYTES < 50_000_000


def test_what_is_not_there(tmp_path):
    assert refused(tmp_path / "none.txt").code == "BF060"
    assert refused(tmp_path).code == "BF060"
    with pytest.raises(CaseError) as error:
        read_documents([tmp_path / "one", write(tmp_path, b""), tmp_path / "two"])
    assert [problem.code for problem in error.value.problems] == ["BF060", "BF061", "BF060"]


def test_encodings(tmp_path):
    text = "Köln\n\nThe works cuts 3,900 jobs – all of them."
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert told(write(tmp_path, text.encode(encoding))) == [(3900, "heads")]
    path = write(tmp_path, text.encode("windows-1252"))
    assert "–" in read_document(path, "windows-1252").text
    assert refused(path, encoding="no-such").code == "BF064"
    assert refused(path, encoding="base64").code == "BF064"
    declared = b'<html><meta charset="windows-1252"><body><p>' + text.encode("windows-1252") + b"</p></body></html>"
    assert "Köln" in read_document(write(tmp_path, declared)).text


@pytest.mark.parametrize(
    "text", ["日産は7工場を閉鎖し、2万人を削減すると発表した。", "تعلن الشركة إغلاق 7 مصانع و٣ خطوط.", "חברה סוגרת 7 מפעלים."]
)
def test_other_scripts_are_told_apart(tmp_path, text):
    read = read_document(write(tmp_path, text))
    assert read.other_script
    candidates(read)


def test_caption_debris_and_other_headlines_are_left_out(tmp_path):
    text = (
        "Works to shut\n\nThe company closes two plants.\nThe gate of the works, where 9 plants were planned[/caption]\n"
        "It cuts 3,900 jobs.\n\nRecent Posts\n\nTop 12 cars of 2024\n\nDrivers spent 1,288 dollars at a…\n"
    )
    assert told(write(tmp_path, text)) == [(2, "plants"), (3900, "heads")]

"""Working with others: what partnerships are, a page a kind of partner, and a worksheet to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resource_directory.messages import marked
from resource_directory.model import Record
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.vocabulary import PartnerKind

PARTNERSHIPS = "partnerships/"
#: Address and title of the worksheet by how many sign it.
WORKSHEETS: dict[int, tuple[str, str]] = {
    2: (f"{PARTNERSHIPS}worksheet/", marked("Worksheet for two partners")),
    3: (f"{PARTNERSHIPS}worksheet-for-three/", marked("Worksheet for three partners")),
}


def partner_url(partner: PartnerKind) -> str:
    """`partnerships/landlords/`."""
    return f"{PARTNERSHIPS}{partner.slug}/"


def partner_documents(renderer: Renderer) -> Iterator[Document]:
    """How partnerships grow, each kind of partner, and the worksheets."""
    said = renderer.directory.vocabulary.partnerships
    if renderer.wants(PARTNERSHIPS):
        lines = [advice for group in said.together for advice in group.items]
        yield renderer.document(
            "partnerships", PARTNERSHIPS, renderer.say("Working together"), said=said, guides=said.named_by(lines),
            contents=(
                ("levels", renderer.say("How partnerships grow")),
                *((group.code, group.title) for group in said.together),
                ("kinds", renderer.say("Kinds of partner")),
                ("worksheet", renderer.say("Put it in writing")),
                ("guides", renderer.say("Sources")),
            ),
        )  # fmt: skip
    for partner in said.partners:
        if renderer.wants(partner_url(partner)):
            yield _partner_document(renderer, partner)
    for number, (url, title) in WORKSHEETS.items():
        if renderer.wants(url):
            others = [(other, page) for other, (page, _) in WORKSHEETS.items() if other != number]
            yield renderer.document(
                "partner_worksheet", url, renderer.say(title), said=said, letters="ABC"[:number], others=others,
                guides=said.named_by([said.own_duty]),
            )  # fmt: skip


def _partner_document(renderer: Renderer, partner: PartnerKind) -> Document:
    vocabulary = renderer.directory.vocabulary
    guides = vocabulary.partnerships.named_by(partner.lines)
    types = [vocabulary.types[code] for code in partner.types]
    url = partner_url(partner)
    return renderer.document("partner", url, partner.neutral, partner=partner, guides=guides, types=types)


def joinable(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records that say how they work with others, or when they meet."""
    return tuple(record for record in records if record.partnership or record.meetings)

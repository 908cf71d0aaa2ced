"""One run of the importers: tables to drafts, drafts to checked records, rows to accounts. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from resource_directory.importers import dv_coalitions, dv_programs, eoir, fvpsa, fysb_rhy, hrsa, hud_coc, hud_pha, lsc
from resource_directory.importers.confidential import Gate, Kept, gate_for
from resource_directory.importers.drafts import Draft, ForReview, ImportContext, Imported
from resource_directory.importers.identifiers import Named, name_drafts
from resource_directory.importers.keeping import joined
from resource_directory.importers.outcome import Account, Fate, Ledger, account
from resource_directory.importers.tables import Rows, Table
from resource_directory.model import Record, record_class
from resource_directory.progress import progress
from resource_directory.rules import RuleContext, check_record

CONFIRMED = "the organisation has confirmed its entry, which stays as it is"

Tables = Mapping[str, Rows]
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_Importer = Callable[[Tables, ImportContext], Iterable[Imported]]


def _one(table: Table, importer: Callable[[Rows, ImportContext], Imported]) -> _Importer:
    return lambda tables, context: (importer(tables[table.file], context),)


#: Every table with what reads it, in the order of the account. A table read beside another has no entry of its own.
IMPORTERS: tuple[tuple[tuple[Table, ...], _Importer], ...] = (
    (
        (hud_coc.CONTINUUMS, hud_coc.COUNTIES),
        lambda tables, context: hud_coc.import_rows(
            tables[hud_coc.CONTINUUMS.file], tables[hud_coc.COUNTIES.file], context
        ),
    ),
    ((hud_pha.AGENCIES,), _one(hud_pha.AGENCIES, hud_pha.import_rows)),
    ((hrsa.SITES,), _one(hrsa.SITES, hrsa.import_rows)),
    (
        (lsc.PROGRAMS, lsc.COUNTIES),
        lambda tables, context: lsc.import_programs(
            tables[lsc.PROGRAMS.file], tables[lsc.COUNTIES.file], context, tables[lsc.OFFICES.file]
        ),
    ),
    (
        (lsc.OFFICES,),
        lambda tables, context: (lsc.import_offices(tables[lsc.OFFICES.file], tables[lsc.PROGRAMS.file], context),),
    ),
    ((eoir.PROVIDERS,), _one(eoir.PROVIDERS, eoir.import_rows)),
    ((fysb_rhy.GRANTEES,), _one(fysb_rhy.GRANTEES, fysb_rhy.import_rows)),
    ((dv_coalitions.COALITIONS,), _one(dv_coalitions.COALITIONS, dv_coalitions.import_rows)),
    ((dv_programs.PROGRAMS,), _one(dv_programs.PROGRAMS, dv_programs.import_rows)),
    ((fvpsa.ADMINISTRATORS,), _one(fvpsa.ADMINISTRATORS, fvpsa.import_administrators)),
    ((fvpsa.TRIBES,), _one(fvpsa.TRIBES, fvpsa.import_tribes)),
)
TABLES: tuple[Table, ...] = tuple(table for tables, _ in IMPORTERS for table in tables)


@dataclass(frozen=True)
class Run:
    """Records by path, accounts by state (`co`), and what a person should look at: state, id, reason.

    `gone` are paths of imported records of which no row speaks any more: they stay, and a person looks at them.
    `elsewhere` accounts for rows that belong to no state of the directory, `country` for all rows of all tables; it is
    empty unless all states were imported.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    accounts: Mapping[str, Sequence[Account]] = field(default_factory=dict)
    review: Sequence[tuple[str, str, str]] = ()
    gone: Sequence[str] = ()
    elsewhere: Sequence[Account] = ()
    country: Sequence[Account] = ()


def context_for(
    tables: Tables,
    rules: RuleContext,
    existing: Mapping[str, Record] = _NOTHING,
    decided: Mapping[str, Kept] = _NOTHING,
) -> ImportContext:
    """What importers may look at, from the tables themselves: the gate and the coalitions. `decided` are decisions that
    stand in no record yet, by the drafts' keys."""
    gate = gate_for(
        rules.vocabulary.confidential_words,
        tables[dv_programs.PROGRAMS.file],
        hrsa.translated(tables[hrsa.SITES.file]),
        existing,
        youth_programs=tables[fysb_rhy.GRANTEES.file],
    )
    gate = Gate(gate.words, gate.known, {**gate.kept, **decided})
    return ImportContext(rules, gate, dv_coalitions.coalitions(tables[dv_coalitions.COALITIONS.file]))


def run(
    tables: Tables,
    rules: RuleContext,
    existing: Mapping[str, Record],
    states: Iterable[str],
    *,
    refresh: bool = False,
    decided: Mapping[str, Kept] = _NOTHING,
) -> Run:
    """Imports all tables, keeping the states (`co`). Ids are given over the whole country, so that no state's depend on
    which was imported first. `existing` are all records of the repository, by path; `decided` as in `context_for`.
    """
    context = context_for(tables, rules, existing, decided)
    imported = [part for _, importer in IMPORTERS for part in importer(tables, context)]
    drafts = [draft for part in imported for draft in part.drafts]
    named = name_drafts(drafts, existing, rules.vocabulary, rules.neutral_pattern)
    wanted = {state.upper() for state in states}
    chosen = [draft for draft in drafts if draft.state in wanted]
    checking = _Checking(rules, existing, named, {draft.key for draft in chosen}, refresh, frozenset(decided))
    records, fates = checking.all_records(chosen)
    ledgers = [part.ledger.amended(fates) for part in imported]
    return Run(
        records,
        {state.lower(): _accounts(ledgers, tables, {state}) for state in sorted(wanted)},
        _review(imported, named, wanted),
        _gone(drafts, existing, named, wanted),
        _accounts(ledgers, tables, _Elsewhere(rules.places.states)),
        _accounts(ledgers, tables, None) if wanted >= set(rules.places.states) else (),
    )


class _Elsewhere(Container[str]):
    """Every state that is not one of ours."""

    def __init__(self, ours: Container[str]) -> None:
        self._ours = ours

    def __contains__(self, state: object) -> bool:
        return state not in self._ours


@dataclass(frozen=True)
class _Checking:
    """Drafts to records: links resolved, joined with what exists, validated, every rule applied."""

    rules: RuleContext
    existing: Mapping[str, Record]
    named: Named
    chosen: set[str]
    refresh: bool
    #: Keys of drafts on which a person is deciding now: the decision joins the record after this run.
    decided: frozenset[str]

    def all_records(self, drafts: Sequence[Draft]) -> tuple[dict[str, Record], dict[str, tuple[Fate, str]]]:
        records: dict[str, Record] = {}
        fates: dict[str, tuple[Fate, str]] = {}
        for draft in progress(drafts, "Checking records"):
            path, kept = self._path(draft), self.existing.get(self.named.existing.get(draft.key, ""))
            if kept is not None and kept.verified is not None:
                fates[draft.key] = ("held back", CONFIRMED)
                continue
            record, codes = self._record(draft, path, kept)
            if record is None or codes:
                fates[draft.key] = ("refused", f"the record does not pass the check ({', '.join(codes)})")
            else:
                records[path] = record
        return records, fates

    def _path(self, draft: Draft) -> str:
        found = self.named.existing.get(draft.key)
        return found or f"data/resources/{draft.state.lower()}/{draft.type}/{self.named.ids[draft.key]}.yml"

    def _record(self, draft: Draft, path: str, kept: Record | None) -> tuple[Record | None, list[str]]:
        data = {"id": self.named.ids[draft.key], "type": draft.type, **draft.data, **self._links(draft)}
        if kept is not None:
            data = joined(_plain(kept), data, refresh=self.refresh)
        context = {"vocabulary": self.rules.vocabulary, "today": self.rules.today}
        try:
            record = record_class(draft.type).model_validate(_in_order(draft.type, data), context=context)
        except ValidationError as error:
            # Only codes and field names: the values may be what must not be shown.
            return None, sorted(
                {f"{found['type']} {found['loc'][0] if found['loc'] else ''}".strip() for found in error.errors()}
            )
        codes = {finding.code for finding in check_record(record, path, self.rules)}
        return record, sorted(codes - {"E409"} if draft.key in self.decided else codes)

    def _links(self, draft: Draft) -> dict[str, str]:
        """Ids of the drafts that this one names, where they are written in this run or exist already."""
        there = {name: key for name, key in draft.links.items() if key in self.chosen or key in self.named.existing}
        return {name: self.named.ids[key] for name, key in there.items()}


def _plain(record: Record) -> dict[str, Any]:
    """The record as the data that made it, for joining."""
    return record.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _in_order(type_code: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in record_class(type_code).model_fields if name in data} | {
        name: value for name, value in data.items() if name not in record_class(type_code).model_fields
    }


def _accounts(ledgers: Iterable[Ledger], tables: Tables, wanted: Container[str] | None) -> list[Account]:
    return [account(ledger, len(tables[ledger.table]), wanted) for ledger in ledgers]


def _gone(drafts: Iterable[Draft], existing: Mapping[str, Record], named: Named, wanted: set[str]) -> list[str]:
    publishers = {str(draft.data["source"]["publisher"]) for draft in drafts}
    found = set(named.existing.values())
    return sorted(
        path
        for path, record in existing.items()
        if path not in found and path.split("/")[2].upper() in wanted and record.source.publisher in publishers
    )


def _review(imported: Iterable[Imported], named: Named, wanted: set[str]) -> list[tuple[str, str, str]]:
    entries: Iterator[ForReview] = (entry for part in imported for entry in part.review if entry.state in wanted)
    return sorted({(entry.state.lower(), named.ids.get(entry.key, entry.key), entry.reason) for entry in entries})


def withheld_counts(run: Run) -> Mapping[str, int]:
    """How many places were withheld or rows held back for review, by reason."""
    return dict(sorted(Counter(reason for _, _, reason in run.review).items()))

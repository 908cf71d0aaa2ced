"""One run of the importers: tables to drafts, drafts to checked records, rows to accounts. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from resource_directory.canonical import record_data
from resource_directory.importers import dv_coalitions, dv_programs, eoir, fvpsa, fysb_rhy, hrsa, hud_coc, hud_pha, lsc
from resource_directory.importers.confidential import Gate, Kept, gate_for
from resource_directory.importers.drafts import Draft, ForReview, ImportContext, Imported
from resource_directory.importers.identifiers import Named, name_drafts
from resource_directory.importers.keeping import joined, place_after
from resource_directory.importers.last_values import Digests, LastValues, digests_of, fit_to_keep
from resource_directory.importers.merging import PLACE_IN_DOUBT, Conflict, Merged, merge
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
    empty unless all states were imported. `values` are digests of what each table said, by path: the next import's
    `last`. `conflicts` are fields that the publisher changed and somebody here has edited, or the organization has
    confirmed.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    accounts: Mapping[str, Sequence[Account]] = field(default_factory=dict)
    review: Sequence[tuple[str, str, str]] = ()
    gone: Sequence[str] = ()
    elsewhere: Sequence[Account] = ()
    country: Sequence[Account] = ()
    values: LastValues = field(default_factory=dict)
    conflicts: Sequence[Conflict] = ()


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
    last: LastValues = _NOTHING,
    settled: Mapping[str, frozenset[str]] = _NOTHING,
) -> Run:
    """Imports all tables, keeping the states (`co`). Ids are given over the whole country, so that no state's depend on
    which was imported first. `existing` are all records of the repository, by path; `decided` as in `context_for`;
    `last` is what the last import said, by path; `settled` are fields, by path, in which ours stays.
    """
    context = context_for(tables, rules, existing, decided)
    imported = [part for _, importer in IMPORTERS for part in importer(tables, context)]
    drafts = [draft for part in imported for draft in part.drafts]
    named = name_drafts(drafts, existing, rules.vocabulary, rules.neutral_pattern)
    wanted = {state.upper() for state in states}
    chosen = [draft for draft in drafts if draft.state in wanted]
    checking = _Checking(
        rules, existing, named, {draft.key for draft in chosen}, refresh, frozenset(decided), last, settled
    )
    made = checking.all_records(chosen)
    ledgers = [part.ledger.amended(made.fates) for part in imported]
    kept = {
        path: digests for path, digests in last.items() if path in existing and path.split("/")[2].upper() in wanted
    }
    return Run(
        made.records,
        {state.lower(): _accounts(ledgers, tables, {state}) for state in sorted(wanted)},
        _review(imported, named, wanted),
        _gone(drafts, existing, named, wanted, last),
        _accounts(ledgers, tables, _Elsewhere(rules.places.states)),
        _accounts(ledgers, tables, None) if wanted >= set(rules.places.states) else (),
        kept | made.values,
        made.conflicts,
    )


class _Elsewhere(Container[str]):
    """Every state that is not one of ours."""

    def __init__(self, ours: Container[str]) -> None:
        self._ours = ours

    def __contains__(self, state: object) -> bool:
        return state not in self._ours


@dataclass
class _Made:
    """What became of the drafts: records, the fates of those that gave none, digests, and what is left to a person."""

    records: dict[str, Record] = field(default_factory=dict)
    fates: dict[str, tuple[Fate, str]] = field(default_factory=dict)
    values: dict[str, Digests] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


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
    last: LastValues
    settled: Mapping[str, frozenset[str]]

    def all_records(self, drafts: Sequence[Draft]) -> _Made:
        made = _Made()
        for draft in progress(drafts, "Checking records"):
            path, kept = self._path(draft), self.existing.get(self.named.existing.get(draft.key, ""))
            confirmed = kept is not None and kept.verified is not None
            if confirmed:
                made.fates[draft.key] = ("held back", CONFIRMED)
            try:
                merged = self._merged(draft, path, kept)
                record = self._record(draft.type, merged.data)
            except ValidationError as error:
                made.fates[draft.key] = _refused(_codes(error))
                continue
            made.conflicts += merged.conflicts
            codes = {finding.code for finding in check_record(record, path, self.rules)}
            if wrong := sorted(codes - {"E409"} if draft.key in self.decided else codes):
                made.fates[draft.key] = _refused(wrong)
                continue
            made.values[path] = fit_to_keep(merged.digests, record_data(record))
            if not confirmed or record != kept:
                made.records[path] = record
        return made

    def _path(self, draft: Draft) -> str:
        found = self.named.existing.get(draft.key)
        return found or f"data/resources/{draft.state.lower()}/{draft.type}/{self.named.ids[draft.key]}.yml"

    def _merged(self, draft: Draft, path: str, kept: Record | None) -> Merged:
        """The draft joined with the record that exists already. Raises ValidationError for a draft that is none."""
        data = {"id": self.named.ids[draft.key], "type": draft.type, **draft.data, **self._links(draft)}
        theirs = record_data(self._record(draft.type, data))
        if kept is None:
            return Merged(data, digests_of(theirs))
        base = self.last.get(path)
        if self._by_edition(kept, theirs, base):
            return Merged(joined(_plain(kept), data, refresh=self.refresh), digests_of(theirs))
        ours = record_data(kept)
        if _is_older(ours, theirs):
            return Merged(ours | place_after(ours, theirs, ours), dict(base or digests_of(theirs)))
        merged = merge(path, ours, theirs, base, settled=self.settled.get(path, frozenset()))
        return _with_place(merged, ours, theirs, path)

    def _by_edition(self, kept: Record, theirs: Mapping[str, Any], base: Digests | None) -> bool:
        """True where whole editions are compared: no last import of the record is known, or all is to be taken anew."""
        if kept.verified is not None:
            return False
        return self.refresh or (base is None and kept.source.publisher == theirs["source"]["publisher"])

    def _record(self, type_code: str, data: Mapping[str, Any]) -> Record:
        context = {"vocabulary": self.rules.vocabulary, "today": self.rules.today}
        return record_class(type_code).model_validate(_in_order(type_code, data), context=context)

    def _links(self, draft: Draft) -> dict[str, str]:
        """Ids of the drafts that this one names, where they are written in this run or exist already."""
        there = {name: key for name, key in draft.links.items() if key in self.chosen or key in self.named.existing}
        return {name: self.named.ids[key] for name, key in there.items()}


def _refused(codes: Sequence[str]) -> tuple[Fate, str]:
    return "refused", f"the record does not pass the check ({', '.join(codes)})"


def _codes(error: ValidationError) -> list[str]:
    """Only codes and field names: the values may be what must not be shown."""
    return sorted({f"{found['type']} {found['loc'][0] if found['loc'] else ''}".strip() for found in error.errors()})


def _is_older(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """True for an edition of the same publisher from before the one that the record carries."""
    old, new = ours["source"], theirs["source"]
    return bool(old["publisher"] == new["publisher"] and old["retrieved"] > new["retrieved"])


def _with_place(merged: Merged, ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str) -> Merged:
    """The merged record after the gate: what it withholds is withheld at once, unless the organization has confirmed
    its entry; then a person looks."""
    gated = (theirs.get("location") or {}).get("visibility") == "withheld"
    public = (ours.get("location") or {}).get("visibility") == "public"
    if "verified" in ours and gated and public and "authorisation" not in ours["location"]:
        # No values: they are what may have to be hidden.
        doubt = Conflict(path, "location", PLACE_IN_DOUBT)
        kept = {"location": ours["location"]}
        others = tuple(conflict for conflict in merged.conflicts if not conflict.field.startswith("location"))
        return Merged({**merged.data, **kept}, merged.digests, (*others, doubt))
    data = merged.data | place_after(ours, theirs, merged.data, known=True)
    if (data.get("location") or {}).get("visibility") == "withheld":
        others = tuple(conflict for conflict in merged.conflicts if not conflict.field.startswith("location"))
        return Merged(data, merged.digests, others)
    return Merged(data, merged.digests, merged.conflicts)


def _plain(record: Record) -> dict[str, Any]:
    """The record as the data that made it, for joining."""
    return record.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _in_order(type_code: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in record_class(type_code).model_fields if name in data} | {
        name: value for name, value in data.items() if name not in record_class(type_code).model_fields
    }


def _accounts(ledgers: Iterable[Ledger], tables: Tables, wanted: Container[str] | None) -> list[Account]:
    return [account(ledger, len(tables[ledger.table]), wanted) for ledger in ledgers]


def _gone(
    drafts: Iterable[Draft], existing: Mapping[str, Record], named: Named, wanted: set[str], last: LastValues
) -> list[str]:
    publishers = {str(draft.data["source"]["publisher"]) for draft in drafts}
    found = set(named.existing.values())
    return sorted(
        path
        for path, record in existing.items()
        if path not in found
        and path.split("/")[2].upper() in wanted
        and (record.source.publisher in publishers or path in last)
    )


def _review(imported: Iterable[Imported], named: Named, wanted: set[str]) -> list[tuple[str, str, str]]:
    entries: Iterator[ForReview] = (entry for part in imported for entry in part.review if entry.state in wanted)
    return sorted({(entry.state.lower(), named.ids.get(entry.key, entry.key), entry.reason) for entry in entries})


def withheld_counts(run: Run) -> Mapping[str, int]:
    """How many places were withheld or rows held back for review, by reason."""
    return dict(sorted(Counter(reason for _, _, reason in run.review).items()))

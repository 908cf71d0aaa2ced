"""Importers: publishers' tables in, records out. One module a publisher's file, each a pure function.

`tables` reads a file and checks its columns; each publisher's module turns rows into drafts; `identifiers` gives
every draft its id; `keeping` joins a draft with the record that exists already; `confidential` is the gate that a
place passes before it is written; `outcome` counts what became of each row; `run` does all of it together. Nothing
here writes, prints or knows the clock, except `writing`, which takes texts and writes those that differ.
"""

"""A community resource directory: YAML records in, a static site out.

Modules, lowest first. An import only ever points down this list; a test holds it.

problems, yaml_nodes, places, vocabulary, model, reading, rules, directory, then side by side and blind to each
other pages, maps, search, forms, canonical, importers, then mkdocs_bridge and the command lines in `scripts/`.
"""

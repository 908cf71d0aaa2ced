"""The one MkDocs hook. A line per event; all knowledge of MkDocs is in `resource_directory.mkdocs_bridge`."""

from resource_directory.mkdocs_bridge import Bridge

bridge = Bridge()
on_startup = bridge.on_startup
on_config = bridge.on_config
on_files = bridge.on_files
on_nav = bridge.on_nav
on_page_markdown = bridge.on_page_markdown
on_page_context = bridge.on_page_context
on_env = bridge.on_env
on_post_page = bridge.on_post_page
on_post_build = bridge.on_post_build
on_build_error = bridge.on_build_error
on_serve = bridge.on_serve

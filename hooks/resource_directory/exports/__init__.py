"""Open data: the Directory in forms that other programs read. Pure functions; `files` says which stands where."""

from resource_directory.exports.files import ExportFiles, feed_files

__all__ = ["ExportFiles", "feed_files"]

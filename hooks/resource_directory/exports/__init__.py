"""Open data: the Directory in forms that other programs read. Pure functions; `files` says which stands where."""

from resource_directory.exports.files import ExportFiles, Publication, feed_files

__all__ = ["ExportFiles", "Publication", "feed_files"]

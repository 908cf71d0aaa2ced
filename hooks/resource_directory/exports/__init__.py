"""The directory as data for others: HSDS, CSV, GeoJSON, JSON, a feed of changes. What makes text; others write it."""

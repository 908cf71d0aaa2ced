"""Paper: sheets and cards for a county or a region, made from the same Directory as the pages."""

"""What the pages ask of the API, a noun a module: typed functions over a door, answers as frozen data."""

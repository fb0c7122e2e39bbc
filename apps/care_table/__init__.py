"""The care table: Extra Teamlid and risk taxation, an app of its own that keeps nothing about a person."""

"""The command `dwp` for analysts and administrators."""

"""The released figures over HTTP and for assistants: read-only, on one release at a time, with margins and refusals."""

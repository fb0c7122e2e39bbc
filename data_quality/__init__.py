"""Great Expectations suites and check results for source deliveries."""

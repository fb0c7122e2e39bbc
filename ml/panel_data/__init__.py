"""From the delivered waves of a panel to a data set."""

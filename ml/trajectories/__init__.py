"""Synthetic trajectories of youth care, with a process behind them that only the generator knows."""

"""Open questions filled with what the other answers lead one to expect (a low-rank factor model), fitted inside the fold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from ml.estimators.base import Floats, Singles

RANK = 12
ROUNDS = 8
CHUNK = 20_000
KEPT = 12  # fitted ones that may be asked for again: a whole and its folds, for the models of a run
_KEPT: dict[tuple[tuple[int, ...], bytes], Imputer] = {}
_LOCK = Lock()


@dataclass(frozen=True)
class Imputer:
    """Means, spreads, loadings and noise of the standardised features."""

    mean: Floats
    spread: Floats
    loadings: Floats
    noise: Floats

    def transform(self, values: Singles) -> Floats:
        """Standardised features without gaps."""
        out = np.empty(values.shape)
        for start in range(0, len(values), CHUNK):
            z = (values[start : start + CHUNK] - self.mean) / self.spread
            out[start : start + CHUNK] = _filled(z, self.loadings, self.noise)
        return out

    def complete(self, values: Singles) -> Singles:
        """The answers in their own units, gaps filled."""
        return np.asarray(self.transform(values) * self.spread + self.mean, dtype=np.float32)

    def state(self) -> dict[str, Any]:
        """The numbers, as lists."""
        return {name: getattr(self, name).tolist() for name in ("mean", "spread", "loadings", "noise")}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Imputer:
        """The imputer that was written down."""
        return cls(*(np.asarray(state[name]) for name in ("mean", "spread", "loadings", "noise")))


def _filled(z: Floats, loadings: Floats, noise: Floats) -> Floats:
    hidden = np.isnan(z)
    if not hidden.any():
        return z
    out = np.where(hidden, 0.0, z)
    rows = np.flatnonzero(hidden.any(axis=1))
    precision = (~hidden[rows]) / noise
    rank = loadings.shape[1]
    # The posterior precision of the factors differs per row, as each row misses something else.
    outer = (loadings[:, :, None] * loadings[:, None, :]).reshape(len(loadings), rank * rank)
    system = (precision @ outer).reshape(len(rows), rank, rank) + np.eye(rank)
    factors = np.linalg.solve(system, ((out[rows] * precision) @ loadings)[..., None])[..., 0]
    out[rows] = np.where(hidden[rows], factors @ loadings.T, out[rows])
    return out


def fit_imputer(values: Singles, weight: Singles) -> Imputer:
    """The factor model of a matrix with gaps: principal factors, refitted on its own completed matrix."""
    # Every model of a run asks for the same rows, one after the other: the last few are kept, some kilobytes each.
    key = hashlib.blake2b(np.ascontiguousarray(values).data, digest_size=16)
    key.update(np.ascontiguousarray(weight).data)
    name = (values.shape, key.digest())
    with _LOCK:
        found = _KEPT.get(name)
    if found is None:
        found = _fit(values, weight)
        with _LOCK:
            while len(_KEPT) >= KEPT:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[name] = found
    return found


def _fit(values: Singles, weight: Singles) -> Imputer:
    seen = ~np.isnan(values)
    mass = seen * weight[:, None].astype(float)
    total = np.maximum(mass.sum(axis=0), 1e-9)
    filled = np.where(seen, values, 0.0)
    mean = (filled * mass).sum(axis=0) / total
    spread = np.sqrt((np.where(seen, values - mean, 0.0) ** 2 * mass).sum(axis=0) / total)
    spread = np.where(spread > 1e-9, spread, 1.0)
    z = (values[:CHUNK] - mean) / spread
    completed = np.where(np.isnan(z), 0.0, z)
    rank = min(RANK, values.shape[1] - 1)
    loadings, noise = np.zeros((values.shape[1], rank)), np.ones(values.shape[1])
    for _ in range(ROUNDS if np.isnan(z).any() else 1):
        roots, vectors = np.linalg.eigh(completed.T @ completed / len(completed))
        roots, vectors = roots[-rank:], vectors[:, -rank:]
        # The sign of an eigenvector is arbitrary: fix it, so that equal data give equal bits.
        vectors = vectors * np.where(vectors[np.abs(vectors).argmax(axis=0), np.arange(rank)] < 0, -1.0, 1.0)
        noise = np.maximum(1.0 - (vectors**2 * roots).sum(axis=1), 0.2)
        loadings = vectors * np.sqrt(np.maximum(roots, 0.0))
        completed = _filled(z, loadings, noise)
    return Imputer(mean, spread, loadings, noise)

"""Malformed deliveries that hypothesis draws, for `chaos.corpus`."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as as_drawn
from hypothesis import strategies as st

from tests.proofs.chaos import corpus, mutations
from tests.proofs.chaos.mutations import Delivery


def drawn(doors: dict[str, corpus.Door], count: int, number: int) -> list[corpus.Tried]:
    """Deliveries that hypothesis draws: any texts in any cells, any bytes anywhere, several at once."""
    found: list[corpus.Tried] = []
    known = {name: corpus.example(name) for name in doors}

    anywhere = st.integers(0, 10**6)
    text = st.one_of(
        st.text(max_size=12),
        st.floats().map(str),
        st.integers(-(10**12), 10**12).map(str),
        st.sampled_from(mutations.FIGURES),
    )

    @seed(number)
    @as_drawn(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(sorted(doors)),
        st.lists(st.tuples(anywhere, anywhere, text), max_size=3),
        st.lists(st.sampled_from(sorted(mutations.SHAPES)), max_size=2),
        st.lists(st.tuples(anywhere, st.binary(max_size=3)), max_size=1),
        anywhere,
    )
    def hand_in(
        source_id: str,
        texts: list[tuple[int, int, str]],
        shapes: list[str],
        holes: list[tuple[int, bytes]],
        draw: int,
    ) -> None:
        one = known[source_id]
        table = mutations.copied(one.table)
        for row, column, value in texts:
            table[1][row % len(table[1])][column % len(table[0])] = value
        name = f"drawn {len(found)}: {len(texts)} cells, {', '.join(shapes)}"
        try:
            for shape in shapes:
                mutations.SHAPES[shape](table, random.Random(draw))
            content = mutations.as_text(table, one.delimiter)
        except (IndexError, ValueError):  # two shapes that do not go together
            content = mutations.as_text(one.table, one.delimiter)
        for hole, some in holes:
            at = hole % len(content)
            content = content[:at] + some + content[at + len(some) :]
        found.append(corpus.tried(doors[source_id], Delivery(name, ".csv", content)))

    hand_in()
    return found

"""Split rows beside pair rows of the same depth, and never among them."""

from __future__ import annotations

from mtslib.evidence import contrasts, encodings
from mtslib.evidence.comparison import Difference
from mtslib.evidence.recorded import recorded_runs

SPLIT = {"encoding": "split"}


def test_each_split_depth_stands_beside_its_pair(snapshot, monkeypatch):
    snapshot(
        *(("sts", 0.80 + n / 100, {"freeze_depth": 2, "seed": n}) for n in range(3)),
        *(("sts", 0.78 + n / 100, {"freeze_depth": 2, "seed": n} | SPLIT) for n in range(2)),
        ("sts", 0.7, {"freeze_depth": 4} | SPLIT),
    )
    (wanted,) = encodings.wanted()  # depth 4 has no pair run beside it
    assert (len(wanted.first), len(wanted.second)) == (2, 3)
    table = encodings.table()
    assert list(table.freeze_depth) == ["2", "4"]
    assert list(table.split) == ["0.785", "0.700"]
    assert set(table.verdict) == {"—"}, "nothing was worked out yet"

    found = Difference.of_error(-0.025, 0.001, 40, 863, 2)
    monkeypatch.setattr(contrasts, "find", lambda pair: found if pair == wanted else None)
    table = encodings.table()
    assert list(table.verdict) == ["worse than pair", "—"]
    assert table["split − pair"][0] == str(found)


def test_where_none_is_recorded_the_table_is_empty(snapshot):
    snapshot(("sts", 0.8, {"freeze_depth": 2}))
    assert encodings.table().empty
    assert encodings.wanted() == []
    assert set(recorded_runs().encoding) == {""}

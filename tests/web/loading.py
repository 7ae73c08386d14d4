"""Loads the exports as the page "Data" says, and holds that CSV and Parquet tell the same.

Usage: loading.py BASE, with a site whose history has changes.
"""

import sys

import pandas

base = sys.argv[1].rstrip("/")
for table in ("changes", "events", "statuses"):
    parquet = pandas.read_parquet(f"{base}/data/{table}.parquet")
    csv = pandas.read_csv(f"{base}/data/{table}.csv")
    lines = pandas.read_json(f"{base}/data/{table}.jsonl", lines=True, convert_dates=False)
    assert list(parquet.columns) == list(csv.columns), table
    assert len(parquet) == len(csv) == len(lines), table
    assert set(parquet["schema"]) <= {1}
    if "id" in parquet:
        assert list(parquet["id"]) == list(csv["id"])
        assert parquet["id"].is_unique
        assert str(parquet["confirmed"].dtype).startswith("datetime64"), parquet["confirmed"].dtype
        assert str(parquet["confirmed"].dt.tz) == "UTC"
    if "quote" in parquet and len(parquet):
        assert parquet["quote"].str.len().gt(0).all()
    print(f"{table}: {len(parquet)} rows, {len(parquet.columns)} columns")

changes = pandas.read_parquet(f"{base}/data/changes.parquet")
assert len(changes) > 0, "the history has changes"
kenya = changes[changes.country == "KE"]
assert kenya["after"].str.contains("Kenia").any(), "umlauts and all are whole"
events = pandas.read_parquet(f"{base}/data/events.parquet")
signed = events[(events.stage == "SIGNED") & (events.factuality == "DONE")]
print(signed[["country", "date", "quote", "permalink"]].to_string())

"""dlt's own pipelines into DuckDB, with the sandbox over real HTTP: nothing lost, nothing asked for twice."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import dlt
import pytest
from dlt.pipeline.exceptions import PipelineStepFailed
from dlt_runs import FAST, PERMISSION, Warehouse, server, targets, warehouse
from tests.support.fake import KEY, SEARCH, FakeTransport, answer, refusal

from lixasync import FileLimiter, InvalidArgumentError, LixClient, UsageError
from lixasync.bulk import Job
from lixasync.dlt import changes, connections, fetch, search
from lixasync.sandbox import Sandbox

__all__ = ["server", "warehouse"]


def paid(server: Sandbox) -> int:
    """Return how many requests cost something: a job asks about the viewer's account for nothing."""
    return sum(event["credits"] for event in server.events())


class TestFetch:
    def test_connections_and_searches(self, warehouse: Warehouse, server: Sandbox) -> None:
        checkpoint = warehouse.checkpoint
        warehouse.pipeline.run(
            [
                connections(["robin-marlowe"], checkpoint=checkpoint, **FAST),
                search([SEARCH], checkpoint=checkpoint, params={"max_items": 25}, **FAST),
            ]
        )
        assert warehouse.rows("SELECT count(*), count(DISTINCT link), min(lix_input) FROM connections") == [
            (2345, 2345, "robin-marlowe")
        ]
        assert warehouse.rows("SELECT * EXCLUDE (_dlt_id, _dlt_load_id) FROM connections_inputs") == [
            ("robin-marlowe", 2345, "exhausted", None, None)
        ]
        assert warehouse.rows("SELECT lix_input, items, stopped FROM search_people_inputs") == [
            (SEARCH, 25, "max_items")
        ]
        assert not [target for target, times in Counter(targets(server)).items() if times > 1]

    def test_lists_become_tables_of_their_own(self, warehouse: Warehouse, server: Sandbox) -> None:
        warehouse.pipeline.run(search([SEARCH], checkpoint=warehouse.checkpoint, **FAST))
        ((jobs, people),) = warehouse.rows(
            "SELECT count(*), count(DISTINCT it.lix_key) FROM search_people__experience AS child "
            "JOIN search_people AS it ON child._dlt_parent_id = it._dlt_id"
        )
        assert jobs >= people > 10

    def test_any_method_also_of_single_answers(
        self, warehouse: Warehouse, server: Sandbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        links = [server.connection(number)["link"] for number in range(5)]
        given = [*links, {"profile_link": "https://www.linkedin.com/in/nobody-of-this-name"}]
        people = fetch("enrichment.person", given, checkpoint=warehouse.checkpoint, name="people", **FAST)
        warehouse.pipeline.run(people)
        assert warehouse.rows("SELECT lix_input FROM people ORDER BY lix_input") == [(link,) for link in sorted(links)]
        ended = warehouse.rows("SELECT lix_input, items, error FROM people_inputs WHERE error IS NOT NULL OR items = 0")
        assert ended == [('{"profile_link":"https://www.linkedin.com/in/nobody-of-this-name"}', 0, "NotFoundError")]
        (record,) = [record for record in caplog.records if record.name == "lixasync" and record.levelname == "WARNING"]
        assert (vars(record)["event"], vars(record)["failed"]) == ("inputs_failed", 1)

    def test_what_is_no_object_stands_in_a_column(self, warehouse: Warehouse, server: Sandbox) -> None:
        warehouse.pipeline.run(fetch("enrichment.hirers", [4_012_345_678_901], checkpoint=warehouse.checkpoint, **FAST))
        ((number,),) = warehouse.rows("SELECT count(*) FROM enrichment_hirers__value")
        assert warehouse.rows("SELECT items FROM enrichment_hirers_inputs") == [(number,)]
        assert number > 0

    def test_a_run_begins_anew_after_one_that_was_loaded(self, warehouse: Warehouse, server: Sandbox) -> None:
        def run() -> int:
            before = paid(server)
            warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
            return paid(server) - before

        assert (run(), run(), run()) == (3, 3, 3)
        assert len(warehouse.checkpoints) == 1
        assert warehouse.rows("SELECT count(*) FROM connections") == [(2345,)]  # merged by key

    def test_a_run_can_replace_what_was_there(self, warehouse: Warehouse, server: Sandbox) -> None:
        for number in (2, 1):
            viewers = ["robin-marlowe", "sam-vale"][:number]
            server.reset(viewers=("robin-marlowe", "sam-vale"), connections=10)
            resource = connections(viewers, checkpoint=warehouse.checkpoint, **FAST)
            warehouse.pipeline.run(resource.apply_hints(write_disposition="replace"))
            assert warehouse.rows("SELECT count(*) FROM connections") == [(10 * number,)]


class TestCheckpoint:
    def test_a_run_that_fails_in_the_middle_pays_nothing_twice(self, warehouse: Warehouse, server: Sandbox) -> None:
        def people(**bounds: Any) -> Any:
            links = [server.connection(number)["link"] for number in range(30)]
            return fetch("enrichment.person", links, checkpoint=warehouse.checkpoint, **bounds, **FAST)

        with pytest.raises(PipelineStepFailed, match=r"stopped \(credits\) before its end"):
            warehouse.pipeline.run(people(max_credits=12))
        assert len(server.events()) == 12
        warehouse.open()  # as in another process
        warehouse.pipeline.run(people())
        assert len(server.events()) == len(set(targets(server))) == 30
        assert warehouse.rows("SELECT count(*) FROM enrichment_person") == [(30,)]

    def test_pages_of_one_input_are_kept_as_they_come(self, warehouse: Warehouse, server: Sandbox) -> None:
        server.reset(credits=2)
        with pytest.raises(PipelineStepFailed, match=r"nothing of it is loaded\. .*redit"):
            warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        server.reset(credits=9)
        warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        assert [event["query"] for event in server.events() if event["credits"]] == [
            "viewer_id=robin-marlowe&start=2000&count=1000"
        ]
        assert warehouse.rows("SELECT count(*) FROM connections") == [(2345,)]

    def test_another_resource_that_fails_costs_this_one_nothing(self, warehouse: Warehouse, server: Sandbox) -> None:
        def run(step: Callable[[], None]) -> None:
            @dlt.resource
            def other() -> Iterator[dict[str, int]]:
                yield {"number": 1}
                step()

            warehouse.pipeline.run([connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST), other()])

        def fail() -> None:
            assert paid(server) == 3
            raise RuntimeError("too late")

        with pytest.raises(PipelineStepFailed, match="too late"):
            run(fail)
        run(lambda: None)
        assert paid(server) == 3
        assert warehouse.rows("SELECT count(*) FROM connections") == [(2345,)]

    def test_a_failed_load_is_made_up_for_without_requests(self, warehouse: Warehouse, server: Sandbox) -> None:
        place = warehouse.folder / "warehouse.duckdb"
        place.write_bytes(b"no database" * 1000)
        with pytest.raises(PipelineStepFailed):
            warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        place.unlink()
        warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        assert paid(server) == 3
        assert warehouse.rows("SELECT count(*) FROM connections") == [(2345,)]

    def test_it_goes_on_on_a_machine_that_has_only_the_checkpoint(self, warehouse: Warehouse, server: Sandbox) -> None:
        server.reset(credits=2)
        with pytest.raises(PipelineStepFailed):
            warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        server.reset(credits=9)
        warehouse.pipeline.drop()
        warehouse.open()
        warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        assert paid(server) == 1

    def test_resources_keep_theirs_apart(self, warehouse: Warehouse, server: Sandbox) -> None:
        for name in ("people", "people-20260101T000000000000.job", "[a-z]*"):
            warehouse.pipeline.run(
                search([SEARCH], checkpoint=warehouse.checkpoint, name=name, params={"max_items": 5}, **FAST),
                table_name="found",
            )
        assert len(warehouse.checkpoints) == 3
        assert len(server.events()) == 3

    def test_it_is_a_job_as_any(self, warehouse: Warehouse, server: Sandbox) -> None:
        warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        (file,) = warehouse.checkpoints
        assert Job.open(file).method == "connections"


class TestSecrets:
    def test_keys_are_written_nowhere(
        self, warehouse: Warehouse, server: Sandbox, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        token = server.settings.linkedin_token
        for name in ("API_KEY", "ACCESS_TOKEN"):
            monkeypatch.delenv(f"SOURCES__LIXASYNC__{name}")
        own = connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, api_key=server.key, **FAST)
        members = changes(permission=PERMISSION, name="members", access_token=token, **FAST)
        print(repr(own), str(own), repr(members), str(members), own.explicit_args, members.explicit_args)
        warehouse.pipeline.run([own, members])
        with pytest.raises(PipelineStepFailed) as caught:
            warehouse.pipeline.run(connections(["x"], checkpoint=warehouse.checkpoint, api_key=KEY, name="own", **FAST))
        print(caught.value, warehouse.pipeline.last_trace, warehouse.pipeline.state)
        told = "".join(capfd.readouterr()).encode() + warehouse.written()
        assert PERMISSION in str(warehouse.pipeline.state)
        for secret in (server.key, token, KEY):
            assert secret.encode() not in told

    def test_keys_come_from_the_environment_as_ever(
        self, warehouse: Warehouse, server: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SOURCES__LIXASYNC__API_KEY")
        monkeypatch.setenv("LIX_API_KEY", server.key)
        warehouse.pipeline.run(connections(["robin-marlowe"], checkpoint=warehouse.checkpoint, **FAST))
        assert paid(server) == 3


class TestOddAnswers:
    def test_what_no_warehouse_takes(self, warehouse: Warehouse) -> None:
        """Integers of more than 64 bits, half characters, and fields without a name."""
        odd = (
            b'{"name": "Robin \\ud83d", '
            b'"unheard_of": {"": 1, "large": 18446744073709551615, "few": [9223372036854775808]}}'
        )
        people = fetch(
            "enrichment.person",
            ["https://www.linkedin.com/in/robin-marlowe"],
            checkpoint=warehouse.checkpoint,
            api_key=KEY,
            transport=FakeTransport([attrs.evolve(answer({}), body=odd)]),
            **FAST,
        )
        warehouse.pipeline.run(people)
        assert warehouse.rows("SELECT name, extra__unheard_of__large FROM enrichment_person") == [
            ("Robin \ufffd", "18446744073709551615")
        ]
        assert warehouse.rows("SELECT value FROM enrichment_person__extra__unheard_of__few") == [
            ("9223372036854775808",)
        ]

    def test_items_that_nothing_identifies_are_all_there(self, warehouse: Warehouse) -> None:
        nameless = answer({"people": [{"description": "hidden"}, {"description": "hidden"}], "paging": {"total": 2}})
        found = search(
            [SEARCH],
            checkpoint=warehouse.checkpoint,
            api_key=KEY,
            transport=FakeTransport([nameless, answer({"people": [], "paging": {"total": 2}})]),
            **FAST,
        )
        warehouse.pipeline.run(found)
        assert warehouse.rows("SELECT lix_key FROM search_people ORDER BY lix_key") == [("#0",), ("#1",)]

    def test_a_run_that_is_refused_says_why(self, warehouse: Warehouse) -> None:
        refused = fetch(
            "enrichment.person",
            ["https://www.linkedin.com/in/robin-marlowe"],
            checkpoint=warehouse.checkpoint,
            api_key=KEY,
            transport=FakeTransport([refusal(401, "authentication_failed", "wrong key")]),
            **FAST,
        )
        with pytest.raises(PipelineStepFailed, match="wrong key"):
            warehouse.pipeline.run(refused)


class TestFace:
    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"page_size": 40}, r"no setting 'page_size'(.|\n)*params=\{"),
            ({"rate_limt": 1}, "no setting 'rate_limt'"),
            ({"rate_limit": 1}, "rate_limit is 1"),
            ({"limiter": "lix.budget"}, "limiter is 'lix.budget'"),
            ({"concurrency": 0}, "concurrency"),
            ({"on_limit": "give up"}, "on_limit"),
            ({"params": {"viewer": "robin-marlowe"}}, "'viewer', which connections does not take"),
        ],
    )
    def test_mistakes_are_found_when_the_resource_is_made(
        self, tmp_path: Path, options: dict[str, Any], text: str
    ) -> None:
        with pytest.raises(UsageError) as caught:
            connections(["robin-marlowe"], checkpoint=tmp_path, **options)
        assert re.search(text, str(caught.value))

    def test_looking_for_mistakes_opens_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No key is needed yet, and a limiter does not begin to serve."""
        monkeypatch.delenv("LIX_API_KEY", raising=False)
        limiter = FileLimiter(tmp_path / "lix.budget")
        connections(["robin-marlowe"], checkpoint=tmp_path / "new", limiter=limiter)
        assert list(tmp_path.iterdir()) == []
        LixClient(KEY, limiter=limiter)  # it serves one key, and so far it served none

    def test_methods_that_cannot_be_called(self, tmp_path: Path) -> None:
        for method in ("messages.send", "nonsense"):
            with pytest.raises(InvalidArgumentError):
                fetch(method, ["x"], checkpoint=tmp_path)

    def test_the_sdk_says_what_is_missing(self) -> None:
        script = (
            "import sys\n"
            "sys.modules['dlt'] = None\n"
            "from lixasync import ConfigurationError\n"
            "try:\n"
            "    import lixasync.dlt\n"
            "except ConfigurationError as error:\n"
            "    print(error)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert "pip install 'lixasync[dlt]'" in done.stdout

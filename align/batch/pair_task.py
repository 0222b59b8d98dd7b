"""What a worker does with one pair: align it, write its TMX, count what the summary tells."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from align import __version__, project
from align.alignment.model.weights import load_weights
from align.batch.archive_run import PROJECT, REPORT, PairOutcome, PairTask
from align.batch.journal import digest, hash_file
from align.batch.manifest import origin_of
from align.batch.storage import local_copy
from align.clock import fixed, stamp
from align.datatypes import REVIEW_BELOW
from align.document import SEGMENTER_VERSION
from align.embedding.folders import is_static, model_folder
from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder
from align.formats import tmx
from align.pipeline import PairOptions, PairResult, align_files
from align.report.html import write_report


@dataclass(frozen=True, slots=True)
class AlignPairs:
    """The recipe for workers that align pairs with these options."""

    options: PairOptions
    fingerprint: str
    beside: tuple[str, ...] = ()
    folder: str = ""  # where the files of a pair will be; a project names its documents from there

    @classmethod
    def of(
        cls, options: PairOptions, beside: tuple[str, ...] = (), folder: Path | None = None
    ) -> AlignPairs:
        """The recipe, its fingerprint made from everything that the result depends on.

        `beside` are those of `archive_run.ENDINGS` that are wanted. Raises ModelError when the
        model is not there.
        """
        # Where a model computes and where its vectors are kept changes nothing.
        settings = asdict(replace(options, srx=None, device=None, cache=None))
        settings["align"] = repr(options.align)
        srx = hash_file(options.srx) if options.srx else ""
        models = (
            [model_hash(None), model_hash(options.model)] if options.model else [model_hash(None)]
        )
        parts = [__version__, SEGMENTER_VERSION, load_weights().version, settings, srx, models]
        if beside:
            parts.append(beside)
        return cls(options, digest(parts), beside, str(folder.resolve()) if folder else "")

    def __call__(self) -> Callable[[PairTask], PairOutcome]:
        """Load the encoder."""
        options = self.options
        encoder = load_encoder(options.model, device=options.device, cache=options.cache)
        return PairAligner(encoder, options, self.beside, self.folder)


@dataclass(frozen=True, slots=True)
class PairAligner:
    """Aligns pairs with an encoder that is loaded."""

    encoder: Encoder
    options: PairOptions
    beside: tuple[str, ...] = ()
    folder: str = ""

    def __call__(self, task: PairTask) -> PairOutcome:
        """Align one pair. Raises AlignError where its documents cannot be aligned."""
        options = replace(self.options, in_order=True)  # the manifest says which is which
        places = (task.en, task.zh) if options.from_english else (task.zh, task.en)
        with local_copy(places[0]) as source, local_copy(places[1]) as target:
            result = align_files(source, target, options=options, encoder=self.encoder)
        done = outcome(origin_of(places[0], task.id), result)
        files = {
            REPORT: lambda: _report(result),
            PROJECT: lambda: project.of_pair(
                result.source, result.target, result.alignment,
                files=places, folder=Path(self.folder),
                tmx=hashlib.sha256(done.tmx or b"").hexdigest(), created=stamp() if fixed() else "",
            ),
        }  # fmt: skip
        return replace(done, beside=tuple((ending, files[ending]()) for ending in self.beside))


def _report(result: PairResult) -> bytes:
    file = io.BytesIO()
    sides = (result.alignment.source, result.alignment.target)
    vectors = [result.encoder.encode([segment.text for segment in side]) for side in sides]
    write_report(
        file, result.source, result.target, result.alignment, result.units, None, None,
        (vectors[0], vectors[1]), notes=result.remarks,
    )  # fmt: skip
    return file.getvalue()


def outcome(origin: str, result: PairResult) -> PairOutcome:
    """The TMX of a finished pair, each unit with where it is from, and its figures."""
    units = [replace(unit, origin=origin) for unit in result.pairs]
    file = io.BytesIO()
    report = tmx.write_units(
        file, units, source_lang=result.source.lang, target_lang=result.target.lang
    )
    scores = [
        unit.confidence
        for unit in units
        if unit.confidence is not None and unit.source.strip() and unit.target.strip()
    ]
    beads = result.alignment.beads
    return PairOutcome(
        tmx=file.getvalue(),
        units=report.units,
        confidence=sum(scores) / len(scores) if scores else None,
        low=sum(score < REVIEW_BELOW for score in scores),
        zh_sentences=len(result.source.segments),
        en_sentences=len(result.target.segments),
        omissions=sum(len(bead.source) for bead in beads if not len(bead.target)),
        additions=sum(len(bead.target) for bead in beads if not len(bead.source)),
        notes=result.remarks,
    )


def shareable(model: str | None) -> bool:
    """Whether workers may be forked from a process that has loaded the model: if it is static.

    torch's threads do not survive a fork, nor does what it holds on a GPU.
    """
    return model is None or is_static(model_folder(model))


def model_hash(model: str | None) -> str:
    """Hash of all files of a model, found as `load_encoder` finds it, without loading it."""
    folder = model_folder(model)
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in inside.split("/")):
            total.update(f"{inside}\0{hash_file(path)}\0".encode())
    return total.hexdigest()

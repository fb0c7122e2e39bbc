"""Ways in which a panel can be wrong, one function each that spoils a folder of wave files."""

from __future__ import annotations

from pathlib import Path


def _put(path: Path, row: int, column: str, cell: str) -> None:
    lines = path.read_text().splitlines()
    place = lines[0].replace('"', "").split(",").index(column)
    cells = lines[row].split(",")
    cells[place] = cell
    lines[row] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")


def drop_column(path: Path) -> None:
    file = path / "2a_q_1_results.csv"
    file.write_text(file.read_text().replace('"money_trouble_adu_q_1"', '"money_adu"', 1))


def unknown_code(path: Path) -> None:
    _put(path / "1a_q_1_results.csv", 3, "money_trouble_adu_q_1", "8")


def no_enumeration(path: Path) -> None:
    file = path / "1a_q_1_enumerations.csv"
    kept = [line for line in file.read_text().splitlines() if "noise_nuisance" not in line]
    file.write_text("\n".join(kept) + "\n")


def new_code_in_scale(path: Path) -> None:
    file = path / "3a_q_1_enumerations.csv"
    file.write_text(file.read_text() + '"sleep_trouble_adu_q_1","6"\n')


def code_off_the_scale(path: Path) -> None:
    file = path / "2a_q_1_enumerations.csv"
    file.write_text(file.read_text() + '"money_trouble_adu_q_1","7"\n')


def double_person(path: Path) -> None:
    file = path / "1a_q_1_results.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[1]]) + "\n")


def stranger(path: Path) -> None:
    _put(path / "2a_q_1_results.csv", 5, "project_pseudo_id", '"NOBODY"')


def double_in_summary(path: Path) -> None:
    file = path / "global_summary.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[1]]) + "\n")


def text_as_number(path: Path) -> None:
    _put(path / "1a_q_1_results.csv", 2, "body_mass_index_adu_q_1", "heavy")


def endless_number(path: Path) -> None:
    _put(path / "1a_q_1_results.csv", 2, "heart_rate_rest_adu_q_1", "inf")


def unknown_status(path: Path) -> None:
    _put(path / "3a_q_1_results.csv", 2, "anxiety_complaints_adu_c_1", "2")


def unknown_gender(path: Path) -> None:
    _put(path / "1a_q_1_results.csv", 2, "gender", "WOMAN")


def no_rows(path: Path) -> None:
    file = path / "2a_q_2_results.csv"
    file.write_text(file.read_text().splitlines()[0] + "\n")


def nothing_at_all(path: Path) -> None:
    (path / "2a_q_1_results.csv").write_text("")


def no_enumerations_file(path: Path) -> None:
    (path / "2a_q_1_enumerations.csv").unlink()


def no_summary(path: Path) -> None:
    (path / "global_summary.csv").unlink()


def no_family(path: Path) -> None:
    file = path / "global_summary.csv"
    file.write_text(file.read_text().replace("family_pseudo_id", "household", 1))


def no_wave_at_all(path: Path) -> None:
    for file in path.glob("*_results.csv"):
        file.unlink()


def cut_off(path: Path) -> None:
    file = path / "1a_q_1_results.csv"
    file.write_text(file.read_text()[:-200])


# What is seen before anything is read: names of files and their first lines.
AT_THE_DOOR = [
    drop_column, nothing_at_all, no_enumerations_file, no_summary, no_family, no_wave_at_all,
]  # fmt: skip
# What only the rows tell; these do not hide each other, so a folder may suffer them all.
INSIDE = [
    unknown_code, no_enumeration, new_code_in_scale, code_off_the_scale, double_person, stranger, double_in_summary, text_as_number,
    endless_number, unknown_status, unknown_gender, no_rows,
]  # fmt: skip

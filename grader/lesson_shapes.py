"""The shapes of lesson.toml and quiz.toml, for `course check` alone: pydantic reads these and names the field that is wrong."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TaskEntry(_Strict):
    """One function or class to write."""

    id: Annotated[str, Field(pattern=r"^\d\d[a-z]$")]
    name: Text
    says: Text


class GameEntry(_Strict):
    """One game of games.py, for `course play`."""

    on: Annotated[str, Field(pattern=r"^(demo|\d\d[a-z])$")]
    scenario: Text
    title: Annotated[str, Field(min_length=1, max_length=60)]
    goal: Annotated[str, Field(min_length=1, max_length=50)]
    """The rest of a line of the screen."""


class LessonFile(_Strict):
    """lesson.toml."""

    number: Annotated[int, Field(ge=1, le=99)]
    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1, max_length=56)]
    minutes: Annotated[int, Field(ge=5, le=180)]
    python: Literal["3.11", "3.12", "3.13", "3.14"]
    objectives: Annotated[list[Text], Field(min_length=2)]
    needs: list[Annotated[str, Field(pattern=r"^\d\d$")]]
    tasks: Annotated[list[TaskEntry], Field(min_length=1)]
    games: list[GameEntry] = []


class Question(_Strict):
    """One predict question."""

    id: Annotated[str, Field(pattern=r"^\d\d\.[a-z0-9_-]+$")]
    ask: Text
    code: str = ""
    options: Annotated[list[Text], Field(min_length=2, max_length=4)]
    answer: int
    why: Text
    misconception: Annotated[str, Field(pattern=r"^(M\d+)?$")] = ""
    versions: str = ""

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Self:
        if not 1 <= self.answer <= len(self.options):
            raise ValueError("answer is the number of an option, counted from 1")
        return self


class QuizFile(_Strict):
    """quiz.toml."""

    questions: Annotated[list[Question], Field(min_length=3, max_length=5)]

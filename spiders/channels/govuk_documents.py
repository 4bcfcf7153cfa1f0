"""What GOV.UK's two interfaces answer: the parts of their JSON that are read, and nothing else."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from scrapy.http import Response


class Part(BaseModel):
    """Take a null for an absent value, and leave what is not asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value is not None}


class Result(Part):
    """One result of a search."""

    link: str
    title: str | None = None
    public_timestamp: str | None = None


class SearchAnswer(Part):
    """A page of search results; each result is read by itself."""

    results: list[Any]
    total: int
    start: int = 0


class Refusal(Part):
    """What the Search API says of a request that it does not take."""

    error: str = ""


class Rendering(Part):
    """One of the forms in which a body is given."""

    content_type: str
    content: str


class Change(Part):
    """A line of a document's change history."""

    public_timestamp: str
    note: str = ""


class Details(Part):
    """What is particular to a kind of document."""

    body: str | list[Rendering] = ""
    change_history: list[Change] = []
    delivered_on: str | None = None
    first_public_at: str | None = None
    speaker_without_profile: str | None = None
    emphasised_organisations: list[str] = []
    explanation: str = ""
    alternative_path: str = ""

    @property
    def html(self) -> str:
        """The body as HTML."""
        if isinstance(self.body, str):
            return self.body
        return next((each.content for each in self.body if each.content_type == "text/html"), "")


class Linked(Part):
    """Another document, as far as it is told."""

    title: str | None = None
    content_id: str | None = None
    locale: str | None = None
    base_path: str | None = None


class Links(Part):
    """What a document is linked with."""

    speaker: list[Linked] = []
    organisations: list[Linked] = []
    primary_publishing_organisation: list[Linked] = []
    worldwide_organisations: list[Linked] = []
    available_translations: list[Linked] = []


class Redirect(Part):
    """Where a document has moved to."""

    destination: str


class Withdrawal(Part):
    """The publisher's words on withdrawing a document."""

    explanation: str = ""
    withdrawn_at: str = ""


class Document(Part):
    """A document of the Content API."""

    schema_name: str = ""
    document_type: str = ""
    base_path: str
    locale: str = "en"
    content_id: str | None = None
    title: str | None = None
    first_published_at: str | None = None
    public_updated_at: str | None = None
    details: Details = Details()
    links: Links = Links()
    redirects: list[Redirect] = []
    withdrawn_notice: Withdrawal = Withdrawal()

    @property
    def publisher(self) -> str | None:
        """The publishing body: declared as such, else emphasised, else the first one tagged."""
        tagged = self.links.organisations + self.links.worldwide_organisations
        by_id = {each.content_id: each for each in tagged}
        emphasised = [
            by_id[each] for each in self.details.emphasised_organisations if each in by_id
        ]
        ranked = [*self.links.primary_publishing_organisation, *emphasised, *tagged]
        return next((each.title for each in ranked if each.title), None)

    @property
    def speaker(self) -> str | None:
        """The speaker's name as published."""
        named = next((each.title for each in self.links.speaker), None)
        return named or self.details.speaker_without_profile


AnyPart = TypeVar("AnyPart", bound=Part)


def read_answer(part: type[AnyPart], response: Response) -> AnyPart:
    """Read an answer.

    Raises:
        ValueError: it is not JSON, or JSON of another shape.
    """
    try:
        return part.model_validate_json(response.body)
    except ValidationError as error:
        raise ValueError(
            f"{response.url} is not the JSON that was expected ({first_problem(error)})"
        ) from error


def first_problem(error: ValidationError) -> str:
    """Name the first thing that is wrong, and where."""
    problem = error.errors()[0]
    where = ".".join(str(step) for step in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]

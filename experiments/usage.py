"""What is wrong with a command line, in one line: what was said, what is expected, and where to read on."""

from __future__ import annotations

import os
import re
from typing import Any

import click

from experiments.errors import LONGEST_QUOTE, near

BAD_VALUE = re.compile(r"(?P<value>.*) is not (?:in the range|a valid|one of) .*", re.DOTALL)  # as click words it
MANY_WORDS = re.compile(r"Got unexpected extra arguments? \((?P<words>.*)\)\.?", re.DOTALL)


def told(error: click.ClickException) -> str:
    """The line for an error of click's: with the verb before it and its ``--help`` after it."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context else "peninsula"
    return f"{command}: {_said(error, context)}; see {command} --help".replace("?; see", "? See")


def _said(error: click.ClickException, context: click.Context | None) -> str:
    """What is wrong, and what was expected."""
    if isinstance(error, click.NoSuchOption):
        names = " or ".join(near(error.option_name, error.possibilities or ()))
        return f"there is no option {_short(error.option_name)}" + (f"; did you mean {names}?" if names else "")
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _missing(error.param, context)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _bad(error.message, error.param)
    if isinstance(error, click.BadOptionUsage):
        return _misused(error, context)
    if context is not None and (matched := MANY_WORDS.fullmatch(error.message)):
        return f"nothing is expected where {_short(matched['words'])} stands; write {_usage(context)}"
    return error.format_message().rstrip(".")


def _missing(parameter: click.Parameter, context: click.Context | None) -> str:
    """An argument or an option that the verb needs and that was not given."""
    if isinstance(parameter, click.Option):
        meaning = f", {parameter.help[0].lower()}{parameter.help[1:].rstrip('.')}" if parameter.help else ""
        return f"{_name(parameter)} is missing; add {_name(parameter)} {_value(parameter)}{meaning}"
    return f"{_name(parameter)} is missing" + (f"; write {_usage(context)}" if context else "")


def _bad(message: str, parameter: click.Parameter) -> str:
    """A value that an option or an argument cannot have."""
    matched = BAD_VALUE.fullmatch(message)
    wanted = expected(parameter.type)
    if matched is None or not wanted:
        return f"{message.rstrip('.')}, for {_name(parameter)}"
    name = _name(parameter)
    variable = parameter.envvar
    if isinstance(variable, str) and variable in os.environ:
        name = f"{name} (or the variable {variable})"
    value = _short(matched["value"])
    if isinstance(parameter.type, click.Choice):
        return f"{value} is not known for {name}; {wanted}"
    return f"{value} is not {wanted} for {name}"


def _misused(error: click.BadOptionUsage, context: click.Context | None) -> str:
    """An option without its value, or with one that it cannot take."""
    name = _short(error.option_name)
    parameters = context.command.get_params(context) if context else []
    option = next((each for each in parameters if error.option_name in (*each.opts, *each.secondary_opts)), None)
    if option is None or (isinstance(option, click.Option) and option.is_flag):
        return f"{name} takes no value; write {name} alone"
    wanted = expected(option.type)
    return f"{name} needs a value; write {name} {_value(option)}" + (f", {wanted}" if wanted else "")


def expected(kind: click.ParamType[Any]) -> str:
    """What an option takes, in words; nothing where any text will do."""
    if isinstance(kind, click.Choice):
        return f"choose from {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange | click.FloatRange):
        noun = "a whole number" if isinstance(kind, click.IntRange) else "a number"
        return f"{noun}{_bounds(kind)}"
    return {"integer": "a whole number", "float": "a number"}.get(kind.name, "")


def _bounds(kind: click.IntRange | click.FloatRange) -> str:
    low = "" if kind.min is None else f"above {kind.min:,}" if kind.min_open else f"{kind.min:,}"
    high = "" if kind.max is None else f"below {kind.max:,}" if kind.max_open else f"{kind.max:,}"
    if low and high:
        middle = "to" if not (kind.min_open or kind.max_open) else "and" if kind.max_open else "and up to"
        return f" {'' if kind.min_open else 'from '}{low} {middle} {high}"
    if low:
        return f" {low}" if kind.min_open else f" of {low} or more"
    return (f" {high}" if kind.max_open else f" of {high} or less") if high else ""


def _name(parameter: click.Parameter) -> str:
    """An option by its longest name, an argument as the usage line has it."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return (parameter.metavar or parameter.human_readable_name).removesuffix("...")


def _value(parameter: click.Parameter) -> str:
    return parameter.metavar or ("N" if "integer" in parameter.type.name else "VALUE")


def _usage(context: click.Context) -> str:
    return " ".join([context.command_path, *context.command.collect_usage_pieces(context)])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 3]}..."

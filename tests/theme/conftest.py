"""What the tests of the theme lean on."""

import pytest

import homes
import theme_home


@pytest.fixture(scope="session")
def themed(tmp_path_factory: pytest.TempPathFactory) -> homes.Built:
    """A home of every kind of post, and of all that is awkward, built once by the real command."""
    home = homes.make_home(tmp_path_factory.mktemp("themed"), theme_home.files(), theme_home.CONF)
    built = homes.build(home, environ={"SITEURL": theme_home.SITEURL})
    assert built.code == 0, built.said
    return built

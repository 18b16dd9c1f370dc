"""A catalogue is told from the one that is put in its place."""

from store.catalogue.identity import Identity
from store.catalogue.schema import open_writable


def test_a_catalogue_in_the_place_of_another_is_never_taken_for_it(tmp_path):
    path = tmp_path / "catalogue.db"
    for _ in range(20):  # file systems give the number of a file that is gone to the next one
        open_writable(path).close()
        identity = Identity.of(path)
        assert identity.names(path)
        path.unlink()
        assert not identity.names(path)
        open_writable(path).close()
        assert not identity.names(path)
        path.unlink()

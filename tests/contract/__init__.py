"""One contract, held by every ERP adapter."""

import pytest

pytest.register_assert_rewrite("tests.contract.cases")

"""The pages open in a real browser."""

from playwright.sync_api import expect


def test_an_empty_library_says_what_to_put_into_it(review, open_page, keep_screenshot):
    page = open_page("/")

    keep_screenshot(page, "sessions-empty")
    expect(page.locator("main")).to_contain_text(f"No sessions in {review.library.name} yet")


def test_a_session_appears_without_a_restart(open_page, put_session, analysed_run):
    page = open_page("/")

    put_session(analysed_run, "2026-11-22_a01_new")
    page.reload()

    expect(page.get_by_role("link", name="2026-11-22_a01_new")).to_be_visible()

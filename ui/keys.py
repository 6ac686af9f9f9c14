"""Every name under which a session keeps something: one place, so that two views never mean different things by one name."""

from enum import StrEnum


class Key(StrEnum):
    HERE = "here"  # who looks and the door they look through; set anew by every run
    ROUND = "round"  # how often something was done; forms begin anew with it
    DONE = "done"  # the sentence about what was just done, shown once after the page has been drawn again
    EMPTY = "empty"  # labels of what the form that is being drawn still lacks
    CREDENTIAL = "credential"  # of a device, between the answer that made it and the page that shows it once
    CREDENTIALS = "credentials"  # of many devices, until somebody says that they have the file
    BATCH_KEY = "batch-key"  # until somebody says that they have it
    SHEET = "sheet"  # the label sheet that was made last, until it is taken or another is made
    REPLY_ADDRESS = "reply-address"  # for one's answers, shown until the page is left
    REACH = "reach"  # the digest of the dry run that was on the page when the officer tapped
    DIARY_FIELD = "diary-field"  # the field of the last line of the diary: the next one is likely there too

import { errorCatalogue } from '../base/errors.ts';

export const chatErrors = errorCatalogue({
  chat_room_not_found: {
    status: 404,
    title: 'There is no such room for you',
    remedy: 'Run holdfast chat without a room to see those that you can enter, or ask a member to add you.',
  },
  chat_room_damaged: {
    status: 500,
    title: 'The record of this room was not written by this workspace',
    remedy: 'Put the records back from a backup, and find out who can write the database.',
  },
  chat_room_name_invalid: {
    status: 422,
    title: 'A room cannot be called so',
    remedy: 'Take 1 to 64 characters without blanks, “#”, “@”, “:” and unseen characters.',
  },
  chat_room_name_taken: {
    status: 409,
    title: 'There is a room of this name',
    remedy: 'Take another name. The room may be one that you cannot see.',
  },
  chat_room_archived: {
    status: 409,
    title: 'This room is archived: it can be read and not written',
    remedy: 'Write in another room, or ask an owner to bring it back.',
  },
  chat_rooms_full: {
    status: 409,
    title: 'There are as many rooms as may be',
    remedy: 'Use one that is there, or raise the setting chatRooms.',
  },
  chat_forbidden: {
    status: 403,
    title: 'Your role in this room does not let you do that',
    remedy: 'Ask a moderator or an owner of the room.',
  },
  chat_banned: {
    status: 403,
    title: 'You are kept out of this room for a while',
    remedy: 'Wait until then, or ask a moderator of the room. GET /chat/moderation tells what was decided about you.',
  },
  chat_muted: {
    status: 403,
    title: 'You may read in this room and not write for a while',
    remedy: 'Wait until then, or ask a moderator of the room. GET /chat/moderation tells what was decided about you.',
  },
  chat_too_fast: {
    status: 429,
    title: 'That was too fast',
    remedy: 'Send it again, with the same id, when the time that is told has passed.',
  },
  chat_restrictions_full: {
    status: 409,
    title: 'There are as many people muted or banned in this room as may be',
    remedy: 'Lift some, or make it a private room.',
  },
  chat_restriction_not_found: {
    status: 404,
    title: 'Nothing of the kind is in force',
    remedy: 'Look at the rules of the room for what is; it may have ended by itself.',
  },
  chat_visitor_not_found: {
    status: 422,
    title: 'That message was not said by a visitor',
    remedy: 'Name a person by their handle; name a visitor by a message that they said.',
  },
  chat_message_hidden: {
    status: 409,
    title: 'A moderator has hidden this message',
    remedy: 'Ask a moderator of the room to restore it first.',
  },
  chat_message_not_hidden: {
    status: 409,
    title: 'This message is not hidden',
    remedy: 'Look at it once more: another moderator may have been faster.',
  },
  chat_message_altered: {
    status: 409,
    title: 'This message is not what it was when it was hidden',
    remedy: 'It stays hidden: somebody changed the records. Find out who can write the database.',
  },
  chat_report_not_found: {
    status: 404,
    title: 'There is no such report',
    remedy: 'Look at the list of reports; it may be for other moderators.',
  },
  chat_report_unreadable: {
    status: 409,
    title: 'There is nobody who could read this report',
    remedy: 'Tell a moderator of the room, or an admin, in another way.',
  },
  chat_words_full: {
    status: 422,
    title: 'A room does not look for so many words',
    remedy: 'Leave some out, or raise the setting chatFilterWords.',
  },
  chat_bot_name_invalid: {
    status: 422,
    title: 'A bot cannot be called so',
    remedy: 'Take 1 to 32 letters, digits, blanks, “.”, “_” and “-”, with a letter or digit at its beginning.',
  },
  chat_bot_name_taken: {
    status: 409,
    title: 'Somebody is called so already',
    remedy: 'Take another name: a bot has neither that of a person nor that of another bot.',
  },
  chat_bots_full: {
    status: 409,
    title: 'There are as many bots as may be',
    remedy: 'Remove one that nobody needs, or raise the setting chatBots.',
  },
  chat_bot_not_found: {
    status: 404,
    title: 'There is no such bot in this room',
    remedy: 'Look at the list of bots of the room.',
  },
  chat_bot_deaf: {
    status: 409,
    title: 'This bot may write and not read',
    remedy: 'An outgoing webhook hands over what people say: make a bot that may read, and give it to that one.',
  },
  chat_hooks_full: {
    status: 409,
    title: 'There are as many webhooks in this room as may be',
    remedy: 'Remove one that nobody needs, or raise the setting chatHooks.',
  },
  chat_hook_not_found: {
    status: 404,
    title: 'There is no such webhook (any more)',
    remedy: 'Ask a moderator of the room for another address.',
  },
  chat_hook_signature: {
    status: 403,
    title: 'This webhook takes signed requests alone',
    remedy:
      'Sign after Standard Webhooks with the secret that came with the address, and look at the clock: the time may be 5 minutes off.',
  },
  chat_hook_body: {
    status: 422,
    title: 'There is nothing to say in this request',
    remedy: 'Send the body of a Slack webhook, such as {"text": "The backup is done"}.',
  },
  chat_action_not_found: {
    status: 404,
    title: 'This message does not offer that',
    remedy: 'Look at it once more: its actions may be others by now.',
  },
  chat_word_list_unknown: {
    status: 422,
    title: 'There is no such list of words',
    remedy: 'GET the rules of the room to see which lists there are.',
  },
  chat_member_not_found: {
    status: 404,
    title: 'There is no such member',
    remedy: 'Name somebody who has an account by their handle; GET the members of the room to see who is in it.',
  },
  chat_choices_full: {
    status: 422,
    title: 'You cannot ignore so many people, or watch for so many or such long words',
    remedy: 'Ignore at most 200 people, and watch for at most 50 words of 64 characters: take some off the list first.',
  },
  chat_last_owner: {
    status: 409,
    title: 'A private room needs an owner',
    remedy: 'Make somebody else an owner first.',
  },
  chat_members_full: {
    status: 409,
    title: 'There are as many members in this room as may be',
    remedy: 'Make it a public room, or raise the setting chatMembers.',
  },
  chat_text_empty: {
    status: 422,
    title: 'A message without text and without a file',
    remedy: 'Write something, or attach a file.',
  },
  chat_text_too_long: {
    status: 413,
    title: 'The message is too long',
    remedy: 'Send at most 16 KiB of UTF-8 at once, or store a file and send its link.',
  },
  chat_attachments_full: {
    status: 422,
    title: 'More files than one message may carry',
    remedy: 'Send them in several messages; the setting chatAttachments says how many one takes.',
  },
  chat_attachment_gone: {
    status: 409,
    title: 'A file to be attached was removed meanwhile',
    remedy: 'Nothing was sent. Choose the files again.',
  },
  chat_upload_name: {
    status: 409,
    title: 'Other uploads of this name are being stored at this moment',
    remedy: 'Nothing was stored. Try again in a moment, or give the file another name.',
  },
  chat_attach_folder: {
    status: 422,
    title: 'A folder cannot be sent',
    remedy: 'Send the files in it, or one archive of it.',
  },
  chat_no_drive: {
    status: 403,
    title: 'You have no drive that an upload could go into',
    remedy: 'Guests have none. Ask a member to share the file.',
  },
  chat_topic_too_long: {
    status: 422,
    title: 'The topic is too long',
    remedy: 'Take at most 500 characters in one line.',
  },
  chat_message_not_found: {
    status: 404,
    title: 'There is no such message in this room',
    remedy: 'It may have been removed. Look at the room from its newest message.',
  },
  chat_edits_full: {
    status: 409,
    title: 'This message was edited as often as it may be',
    remedy: 'Send another message.',
  },
  chat_reaction_invalid: {
    status: 422,
    title: 'That is no reaction',
    remedy: 'React with one emoji or one word of at most 32 characters.',
  },
  chat_reactions_full: {
    status: 409,
    title: 'There are as many reactions to this message as may be',
    remedy: 'Use one that is there already.',
  },
  chat_key_needed: {
    status: 403,
    title: 'This conversation opens with the key of one of its members alone',
    remedy: 'Log in again: your key opens it. If your account was started anew, it is lost to you.',
  },
  chat_conversation_size: {
    status: 422,
    title: 'A conversation is between two people and a few',
    remedy: 'Name somebody else than yourself, or make a private room for more.',
  },
  chat_query_invalid: {
    status: 422,
    title: 'There is nothing to look for',
    remedy: 'Give one to ten words; a message is found that holds all of them.',
  },
  chat_command_unknown: {
    status: 422,
    title: 'There is no such command',
    remedy: 'Type /help to see those that there are. A line that begins with // is sent with one of them.',
  },
  chat_command_usage: {
    status: 422,
    title: 'The command needs something else behind it',
    remedy: 'Type /help to see what.',
  },
  chat_session_over: {
    status: 401,
    title: 'Your session is over',
    remedy: 'Run: holdfast login URL --email E',
  },
  chat_busy: {
    status: 503,
    title: 'More messages wait for this room than can be kept waiting',
    remedy: 'Send the same message again, with the same id, in a moment.',
  },
});

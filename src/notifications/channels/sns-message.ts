/** What a letter is to Amazon SNS: the long text for mail and queues, the short one for phones. */
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Letter } from './channel.ts';
import { cutUtf8 } from '../../base/formats/cut-utf8.ts';

/** Where a letter goes: a topic, a device or app (platform endpoint), or a phone. */
export type SnsTarget =
  | { readonly TopicArn: string; readonly region: string }
  | { readonly TargetArn: string; readonly region: string }
  | { readonly PhoneNumber: string; readonly region: null };

const TOPIC = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;
const ENDPOINT =
  /^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:endpoint\/[A-Z_]{1,32}\/[A-Za-z0-9._-]{1,256}\/[A-Za-z0-9-]{1,64}$/;
/** E.164: at most 15 digits, none of them a 0 at the start. */
const PHONE = /^\+[1-9][0-9]{6,14}$/;

/** `null` for what is none of the three. */
export function snsTarget(text: string): SnsTarget | null {
  const topic = TOPIC.exec(text);
  if (topic?.[1]) return { TopicArn: text, region: topic[1] };
  const endpoint = ENDPOINT.exec(text);
  if (endpoint?.[1]) return { TargetArn: text, region: endpoint[1] };
  return PHONE.test(text) ? { PhoneNumber: text, region: null } : null;
}

/** Publish takes subjects of fewer than 100 characters. */
const MAX_SUBJECT = 99;
/** The text goes twice into the 256 KiB that Publish takes, and JSON makes six bytes of some signs. */
const MAX_TEXT_BYTES = 20 * 1024;

export function publishInput(letter: Letter, target: SnsTarget): PublishCommandInput {
  const MessageAttributes = {
    // What filter policies of subscriptions choose by, and what a receiver drops repeats by.
    id: attribute(letter.id),
    kind: attribute(letter.kind),
    severity: attribute(letter.severity),
  };
  const short = letter.short.toWellFormed();
  if ('PhoneNumber' in target) {
    const transactional = { 'AWS.SNS.SMS.SMSType': attribute('Transactional') };
    return { PhoneNumber: target.PhoneNumber, Message: short, MessageAttributes: transactional };
  }
  const Subject = subjectOf(letter.subject);
  const structure = { MessageStructure: 'json', MessageAttributes };
  if ('TargetArn' in target) {
    // Push services wrap the default text in their own form.
    return { TargetArn: target.TargetArn, Subject, Message: JSON.stringify({ default: short }), ...structure };
  }
  const text = textOf(letter);
  return {
    TopicArn: target.TopicArn,
    Subject,
    Message: JSON.stringify({ default: text, email: text, sms: short }),
    ...structure,
    // Topics that keep an order want a group; they drop repeats of an id by themselves.
    ...(target.TopicArn.endsWith('.fifo') ? { MessageGroupId: 'holdfast', MessageDeduplicationId: letter.id } : {}),
  };
}

function attribute(text: string) {
  return { DataType: 'String', StringValue: text.toWellFormed() };
}

/** Without line breaks and control characters, which SNS refuses. */
function subjectOf(subject: string): string {
  const line = subject
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > MAX_SUBJECT ? `${characters.slice(0, MAX_SUBJECT - 1).join('')}…` : line;
}

function textOf({ text, link }: Letter): string {
  const cut = cutUtf8(Buffer.from(text), MAX_TEXT_BYTES).toString();
  return link === null || cut.includes(link) ? cut : `${cut.trimEnd()}\n\n${link}\n`;
}

/** The {@link Stack} in CloudFormation, and the bucket that its code comes from. */
import type * as FormationSdk from '@aws-sdk/client-cloudformation';
import type { Parameter } from '@aws-sdk/client-cloudformation';
import type * as S3Sdk from '@aws-sdk/client-s3';
import type * as StsSdk from '@aws-sdk/client-sts';
import { newId } from '../base/ids.ts';
import { refusalOf, refusalText } from '../base/aws/sdk-refusal.ts';
import { stackErrors } from './errors.ts';
import type { Stack, StackState } from './stack.ts';

/** How often a change set is looked at until it is made, and how long in between. */
const LOOKS = 60;
const LOOK_MS = 1000;

/** An answer takes at most so long; the work itself is watched, and not waited for. */
const ANSWER_MS = 60_000;

export interface StackPlace {
  /** `null`: what the AWS configuration names, else us-east-1. */
  readonly region: string | null;
  /** What stands in for all of AWS (AWS_ENDPOINT_URL); `null`: AWS itself. */
  readonly awsEndpoint: string | null;
}

/** Throws `stack_no_credentials` and `stack_failed`. */
export async function openStack(name: string, place: StackPlace, wait: (ms: number) => Promise<void>): Promise<Stack> {
  await using opening = new AsyncDisposableStack();
  const { default: sdk } = (await import('@aws-sdk/client-cloudformation')) as unknown as {
    readonly default: typeof FormationSdk;
  };
  const endpoint = place.awsEndpoint === null ? {} : { endpoint: place.awsEndpoint };
  const region = place.region ?? (await configuredRegion(sdk));
  const options = { region, ...endpoint, requestHandler: { connectionTimeout: 10_000, requestTimeout: ANSWER_MS } };
  const client = new sdk.CloudFormationClient(options);
  opening.defer(() => client.destroy());
  const asked = async <Answer>(attempted: string, ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (!refusal || refusal.name === 'AbortError') throw cause;
      if (/^(CredentialsProviderError|TokenProviderError)$/.test(refusal.name)) {
        throw stackErrors('stack_no_credentials', { attempted, cause });
      }
      const said = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
      throw stackErrors('stack_failed', { attempted, detail: `${refusalText(refusal)}${said}`, cause });
    }
  };
  const account = await asked('Find out whose account it is', async () => {
    const { default: sts } = (await import('@aws-sdk/client-sts')) as unknown as { readonly default: typeof StsSdk };
    const asking = new sts.STSClient(options);
    try {
      return (await asking.send(new sts.GetCallerIdentityCommand({}))).Account ?? '';
    } finally {
      asking.destroy();
    }
  });
  /** The last one that was planned. */
  let ChangeSetName = '';
  const StackName = name;

  const state = async (): Promise<StackState | null> => {
    try {
      const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
      const [stack] = Stacks;
      if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return null;
      return {
        status: stack.StackStatus ?? 'unknown',
        parameters: Object.fromEntries(
          (stack.Parameters ?? []).map((each) => [each.ParameterKey ?? '', each.ParameterValue ?? '']),
        ),
        resolved: Object.fromEntries(
          (stack.Parameters ?? []).flatMap(({ ParameterKey = '', ResolvedValue: value }) =>
            value === undefined ? [] : [[ParameterKey, value]],
          ),
        ),
        outputs: Object.fromEntries(
          (stack.Outputs ?? []).map((each) => [each.OutputKey ?? '', each.OutputValue ?? '']),
        ),
      };
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return null;
      throw error;
    }
  };
  const opened = opening.move();
  return {
    account,
    region,
    state: () => asked(`Look at the stack ${name}`, state),
    resources: () =>
      asked(`Look at the stack ${name}`, async () => {
        if ((await state()) === null) return null;
        const { StackResources = [] } = await client.send(new sdk.DescribeStackResourcesCommand({ StackName }));
        return Object.fromEntries(
          StackResources.map((each) => [each.LogicalResourceId ?? '', each.PhysicalResourceId ?? '']),
        );
      }),
    async plan(template, parameters, revertsDrift = false) {
      return await asked(`Plan the stack ${name}`, async () => {
        const before = await state();
        const isNew = before === null || before.status === 'REVIEW_IN_PROGRESS';
        ChangeSetName = `holdfast-${newId()}`;
        await client.send(
          new sdk.CreateChangeSetCommand({
            ...{ StackName, ChangeSetName },
            ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
            ...(revertsDrift && !isNew ? { DeploymentMode: sdk.DeploymentMode.REVERT_DRIFT } : {}),
            TemplateBody: template,
            Capabilities: ['CAPABILITY_IAM'],
            Parameters: Object.entries(parameters).flatMap(([ParameterKey, ParameterValue]): Parameter[] => {
              if (ParameterValue !== null) return [{ ParameterKey, ParameterValue }];
              // One that the stack does not have yet takes its default.
              return before !== null && ParameterKey in before.parameters
                ? [{ ParameterKey, UsePreviousValue: true }]
                : [];
            }),
          }),
        );
        return await changes();
      });
    },
    async forgetPlan() {
      await asked(`Forget what was planned for ${name}`, async () => {
        await client.send(new sdk.DeleteChangeSetCommand({ StackName, ChangeSetName }));
        if ((await state())?.status === 'REVIEW_IN_PROGRESS') {
          await client.send(new sdk.DeleteStackCommand({ StackName }));
          // While it goes, nobody can plan one of this name.
          for (let look = 0; look < LOOKS && (await state()) !== null; look += 1) await wait(LOOK_MS);
        }
      });
    },
    async putFile(Bucket, { key: Key, bytes: Body, type: ContentType }) {
      const { default: s3 } = (await import('@aws-sdk/client-s3')) as unknown as { readonly default: typeof S3Sdk };
      const bucket = new s3.S3Client({ ...options, forcePathStyle: place.awsEndpoint !== null });
      const owned = { Bucket, ExpectedBucketOwner: account };
      try {
        const isThere = await bucket.send(new s3.HeadBucketCommand(owned)).then(
          () => true,
          (error: unknown) => {
            if (refusalOf(error)?.status === 404) return false;
            throw error;
          },
        );
        if (!isThere) {
          const LocationConstraint = region as 'eu-central-1';
          const where = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
          await bucket.send(new s3.CreateBucketCommand({ Bucket, ...where }));
          await bucket.send(
            new s3.PutPublicAccessBlockCommand({
              ...owned,
              PublicAccessBlockConfiguration: {
                ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
                ...{ BlockPublicPolicy: true, RestrictPublicBuckets: true },
              },
            }),
          );
        }
        await bucket.send(new s3.PutObjectCommand({ ...owned, Key, Body, ContentType }));
      } catch (cause) {
        const refusal = refusalOf(cause);
        if (!refusal) throw cause;
        const attempted = `Put the code into the bucket ${Bucket}`;
        throw stackErrors('stack_code_bucket', { attempted, detail: refusalText(refusal), cause });
      } finally {
        bucket.destroy();
      }
    },
    async execute() {
      await asked(`Deploy the stack ${name}`, () =>
        client.send(new sdk.ExecuteChangeSetCommand({ StackName, ChangeSetName })),
      );
    },
    async remove() {
      await asked(`Delete the stack ${name}`, () => client.send(new sdk.DeleteStackCommand({ StackName })));
    },
    events: () =>
      asked(`Look at the stack ${name}`, async () => {
        const { StackEvents = [] } = await client.send(new sdk.DescribeStackEventsCommand({ StackName }));
        return StackEvents.map((event) => ({
          id: event.EventId ?? '',
          atMs: event.Timestamp?.getTime() ?? 0,
          resource: event.LogicalResourceId ?? '',
          type: event.ResourceType ?? '',
          status: event.ResourceStatus ?? '',
          reason: event.ResourceStatusReason ?? null,
        })).toReversed();
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  /** Resolves when the change set is made. */
  async function changes() {
    for (let look = 0; look < LOOKS; look += 1) {
      const set = await client.send(new sdk.DescribeChangeSetCommand({ StackName, ChangeSetName }));
      if (set.Status === 'FAILED') {
        if (/didn't contain changes|No updates are to be performed/i.test(set.StatusReason ?? '')) return [];
        throw stackErrors('stack_failed', {
          attempted: `Plan the stack ${name}`,
          detail: set.StatusReason ?? '',
        });
      }
      if (set.Status === 'CREATE_COMPLETE') {
        return (set.Changes ?? []).map(({ ResourceChange: change }) => ({
          action: change?.Action ?? '',
          resource: change?.LogicalResourceId ?? '',
          type: change?.ResourceType ?? '',
          isReplaced: change?.Replacement === 'True' || change?.Replacement === 'Conditional',
        }));
      }
      await wait(LOOK_MS);
    }
    throw stackErrors('stack_failed', { attempted: `Plan the stack ${name}`, detail: 'it took too long' });
  }
}

/** The Region that the AWS configuration names. */
async function configuredRegion({ CloudFormationClient }: typeof FormationSdk): Promise<string> {
  const client = new CloudFormationClient({});
  try {
    return await client.config.region();
  } catch {
    return 'us-east-1';
  } finally {
    client.destroy();
  }
}

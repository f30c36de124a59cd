/** Whose buckets this server looks at: those of the workspace itself, and what whoever runs it has named. */
import { openAwsReader, openProbing, placeIdOf, type BucketPlace } from '../../buckets/index.ts';
import type { Config } from '../../config/index.ts';
import { ownBuckets, type OwnStoresParts } from './own-stores.ts';

export function bucketPlaces(
  config: OwnStoresParts['config'] & Pick<Config, 'bucketPlaces'>,
  settings: OwnStoresParts['settings'],
): readonly BucketPlace[] {
  const { places, awsEndpoint } = config.bucketPlaces;
  const own = ownBuckets({ config, settings }).map((store): BucketPlace => {
    const { bucket, endpoint } = store;
    const named = { endpoint, role: null, bucket };
    const probing = openProbing(endpoint, settings);
    return { ...named, placeId: placeIdOf(named), kind: 'own', probing, openReader: () => store.openReader() };
  });
  const others = places.map(({ endpoint, role }): BucketPlace => {
    const named = { endpoint, role, bucket: null };
    return {
      ...named,
      placeId: placeIdOf(named),
      kind: endpoint === null ? 'account' : 'store',
      probing: openProbing(endpoint ?? awsEndpoint, settings),
      openReader: () => openAwsReader({ endpoint, role, region: null, awsEndpoint }, settings),
    };
  });
  return [...own, ...others];
}

export const desiredBucketName = "DESIRED";
/** The JetStream stream and the subject prefix behind the bucket. */
export const desiredStream = `KV_${desiredBucketName}`;
export const desiredSubjectPrefix = `$KV.${desiredBucketName}.`;

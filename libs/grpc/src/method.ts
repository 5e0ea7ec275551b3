/** A generated method: path, and how its messages become bytes. */
export interface MethodDefinition<Req, Res> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: Req) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Req;
  readonly responseSerialize: (value: Res) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Res;
}

/** A generated service: `SubnetServiceService`. */
export type ServiceDefinition = Readonly<Record<string, MethodDefinition<never, never>>>;

export type RequestOf<M> = M extends { requestDeserialize: (bytes: Buffer) => infer Req } ? Req : never;
export type ResponseOf<M> = M extends { responseDeserialize: (bytes: Buffer) => infer Res } ? Res : never;

/** "SubnetService.CreateSubnet" of "/rhumbline.ipam.v1.SubnetService/CreateSubnet". */
export const fullMethodName = (path: string): string => path.slice(path.lastIndexOf(".") + 1).replace("/", ".");
export const methodName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

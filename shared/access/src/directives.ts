/**
 * The schema text every subgraph includes: `@access`, `@masked` and the enums they use. They travel
 * into the supergraph by `@composeDirective`, so that the gateway reads the same declarations.
 */
export const accessTypeDefs = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@composeDirective"])
    @link(url: "https://specs.junxian.example/access/v1.0", import: ["@access", "@masked"])
    @composeDirective(name: "@access")
    @composeDirective(name: "@masked")

  """
  Who may use a field or a type 访问权限. Alone: every officer who has signed in.
  On a field it replaces the rule of the field's type.
  """
  directive @access(
    "Open to everyone, signed in or not 公开"
    public: Boolean
    "Any one of these roles, written service:ROLE; service:* is any role of the service 角色"
    roles: [String!]
    "Path of the argument that holds a region code; it must lie in the caller's area 区划参数"
    region: String
    "How narrow that region (or, without it, the caller's own) must be 最低区划级别"
    minRegionLevel: RegionLevel
    "The caller's own level must be this or wider 操作员级别"
    operatorLevel: RegionLevel
    "Also open to an account that must still be activated or change its password 待激活账号可用"
    pending: Boolean
    "Also open to citizens in person, each for what is their own 公众本人可用"
    citizens: Boolean
  ) on FIELD_DEFINITION | OBJECT

  """
  A value that is masked on output 脱敏. With the argument reveal: true a holder of one of the
  roles gets it in full, and the reveal is recorded in the audit log.
  """
  directive @masked(as: Mask!, reveal: [String!]) on FIELD_DEFINITION

  "How a value is masked 脱敏方式"
  enum Mask {
    "公民身份号码: the first six digits stay"
    ID_NUMBER
    "电话: the first three and last four digits stay"
    PHONE
    "银行账号: the last four digits stay"
    BANK_ACCOUNT
    "姓名: the family name stays"
    NAME
  }

  "Level of an administrative region 行政区划级别, from the widest to the narrowest"
  enum RegionLevel {
    "全国"
    NATION
    "省"
    PROVINCE
    "市"
    CITY
    "县"
    COUNTY
    "乡"
    TOWNSHIP
    "村"
    VILLAGE
  }
`;
